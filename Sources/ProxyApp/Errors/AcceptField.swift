import HTTPWire

/// Reads Accept fields for the one question that is asked of them: HTML, or plain text? RFC 9110 12.5.1.
///
/// HTML for those who weigh it more, or as much but by a narrower range: a browser's `text/html,…,*/*;q=0.8`, and
/// `text/html, */*` as well. Text for all others. A member that is malformed counts for nothing; so does a range with
/// parameters other than the charset that is sent.
struct AcceptField {
    /// How well the best range fits, from `*/*` (0) to the type with its charset (3), and what it weighs in thousandths.
    private struct Match {
        var specificity = -1
        var weight = 0
    }

    private var html = Match()
    private var plain = Match()

    init() {}

    /// All Accept fields of a head.
    init(_ head: MessageHead) {
        guard head.contains(.accept) else { return }
        for line in head.fields where line.id == .accept { read(head.bytes(line.value)) }
    }

    /// All Accept fields of a serialised head: a start line, field lines and the empty line, each with CRLF.
    init(head bytes: UnsafeRawBufferPointer) {
        let name: StaticString = "accept:"
        for line in bytes.split(separator: 0x0a).dropFirst() where FieldText.hasPrefix(line, name) {
            read(UnsafeRawBufferPointer(rebasing: line.dropFirst(name.utf8CodeUnitCount)))
        }
    }

    var prefersHTML: Bool {
        guard html.weight > 0 else { return false }
        return (html.weight, html.specificity) > (plain.weight, plain.specificity)
    }

    /// Adds one field's value.
    mutating func read(_ value: UnsafeRawBufferPointer) {
        var scan = ParameterScan(value)
        repeat {
            readRange(&scan)
            scan.skipMember()
        } while scan.takes(0x2c)
    }

    private mutating func readRange(_ scan: inout ParameterScan) {
        scan.skipBlanks()
        guard let type = scan.token(), scan.takes(0x2f), let subtype = scan.token() else { return }
        var weight = 1000
        var hasCharset = false
        scan.skipBlanks()
        while scan.takes(0x3b) {
            scan.skipBlanks()
            guard let name = scan.token() else { continue }
            guard scan.takes(0x3d), let value = scan.value() else { return }
            scan.skipBlanks()
            if FieldText.equal(name, "q") {
                guard let given = Self.weight(value) else { return }
                weight = given
            } else if FieldText.equal(name, "charset"), FieldText.equal(value, "utf-8") {
                hasCharset = true
            } else {
                return
            }
        }
        guard scan.isAtMemberEnd else { return }
        note(type, subtype, weight, hasCharset)
    }

    private mutating func note(
        _ type: Slice<UnsafeRawBufferPointer>, _ subtype: Slice<UnsafeRawBufferPointer>, _ weight: Int,
        _ hasCharset: Bool
    ) {
        let anySubtype = FieldText.equal(subtype, "*")
        let specificity = hasCharset ? 3 : 2
        if FieldText.equal(type, "text") {
            if anySubtype || FieldText.equal(subtype, "html") {
                Self.note(anySubtype ? 1 : specificity, weight, in: &html)
            }
            if anySubtype || FieldText.equal(subtype, "plain") {
                Self.note(anySubtype ? 1 : specificity, weight, in: &plain)
            }
        } else if FieldText.equal(type, "*"), anySubtype {
            Self.note(0, weight, in: &html)
            Self.note(0, weight, in: &plain)
        }
    }

    /// The narrowest range that fits decides; of several, the one that weighs most.
    private static func note(_ specificity: Int, _ weight: Int, in match: inout Match) {
        guard (specificity, weight) > (match.specificity, match.weight) else { return }
        match = Match(specificity: specificity, weight: weight)
    }

    /// `0` or `1`, with up to three decimals, in thousandths; nil when it is neither, or more than 1. RFC 9110 12.4.2.
    private static func weight(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let first = text.first, first == 0x30 || first == 0x31, text.count <= 5 else { return nil }
        var value = Int(first - 0x30) * 1000
        guard text.count > 1 else { return value }
        guard text[text.startIndex + 1] == 0x2e else { return nil }
        var place = 100
        for byte in text.dropFirst(2) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value += Int(byte - 0x30) * place
            place /= 10
        }
        return value <= 1000 ? value : nil
    }
}
