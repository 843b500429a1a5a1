import FuzzSupport
import HTTPWire

/// One head against the reference, whole and cut up.
///
/// Input: a byte that chooses the limits, a byte that places the cut, and the head with whatever follows it. What must hold:
/// the parser accepts what the reference accepts and nothing else, and reads the same from it; a cut anywhere changes nothing,
/// neither facts nor framing nor the error; what it accepted can be written down and read again.
public enum HeadCheck {
    public enum Kind {
        case request
        case response
    }

    /// Runs all checks on one input.
    public static func run(_ kind: Kind, _ given: FuzzInput) {
        var input = given
        let limits = Self.limits(input.byte())
        let cut = Int(input.byte())
        let bytes = input.rest()
        let whole = HeadRun(kind, bytes, cuts: [], limits)
        compareCuts(whole, kind, bytes, cut, limits)
        compareReference(whole, kind, bytes, limits)
        if case .complete = whole.outcome { rewrite(whole, kind, limits) }
    }

    /// Small ones now and then, so that short inputs reach them.
    private static func limits(_ choice: UInt8) -> HeadLimits {
        guard choice & 7 == 7 else { return .standard }
        return HeadLimits(
            requestLineBytes: 20 + Int(choice >> 3), headBytes: 40 + Int(choice >> 3) * 3, fields: Int(choice >> 6) + 1)
    }

    private static func compareCuts(
        _ whole: HeadRun, _ kind: Kind, _ bytes: [UInt8], _ cut: Int, _ limits: HeadLimits
    ) {
        guard !bytes.isEmpty else { return }
        // 255 asks for every byte on its own; it costs, so it is one case of many.
        let cuts = cut == 255 ? Array(0..<bytes.count) : [cut % bytes.count, (cut * 7) % bytes.count].sorted()
        let split = HeadRun(kind, bytes, cuts: cuts, limits)
        require(split.outcome == whole.outcome, "cut at \(cuts): \(split.outcome), whole: \(whole.outcome)")
        guard case .complete = whole.outcome else { return }
        require(split.facts == whole.facts, "cut at \(cuts): \(split.facts), whole: \(whole.facts)")
        require(split.fields == whole.fields, "cut at \(cuts): other fields")
    }

    private static func compareReference(_ whole: HeadRun, _ kind: Kind, _ bytes: [UInt8], _ limits: HeadLimits) {
        var referenceLimits = ReferenceHead.Limits()
        referenceLimits.startLineBytes = min(limits.requestLineBytes, limits.headBytes)
        referenceLimits.headBytes = limits.headBytes
        referenceLimits.fields = limits.fields
        let reading = ReferenceHead.read(bytes[...], kind == .request ? .request : .response, referenceLimits)
        switch (whole.outcome, reading) {
        case (.complete(let count), .head(let reference, let end)):
            require(count == end, "\(count) bytes, not \(end)")
            compare(whole, reference, kind)
        case (.needMore, .incomplete), (.failed, .illegal), (.failed, .incomplete): break
        default: failed("\(whole.outcome), but the reference says \(reading)")
        }
    }

    private static func compare(_ run: HeadRun, _ reference: ReferenceHead, _ kind: Kind) {
        let head = run.head
        require(head.versionMinor == UInt8(reference.minor), "minor \(head.versionMinor)")
        require(run.fields == reference.fields, "fields \(run.fields), not \(reference.fields)")
        if kind == .request {
            require(head.bytes(head.methodRange).elementsEqual(reference.method), "another method")
            require((head.method == .connect) == (reference.method == Array("CONNECT".utf8)), "method \(head.method)")
            require((head.method == .head) == (reference.method == Array("HEAD".utf8)), "method \(head.method)")
            require(head.bytes(head.targetRange).elementsEqual(reference.target), "another target")
            require(head.hostCount == reference.values("host").count, "\(head.hostCount) hosts")
            let expectations = reference.values("expect").map { ByteSet.lowercased($0) == Array("100-continue".utf8) }
            require(head.expectsContinue == expectations.contains(true), "expects \(head.expectsContinue)")
            require(head.hasUnknownExpectation == expectations.contains(false), "unknown expectation")
        } else {
            require(head.status == reference.status, "status \(head.status)")
            require(head.bytes(head.reasonRange).elementsEqual(reference.reason), "another reason")
        }
        require(run.framing == framing(reference, kind), "\(run.framing), not \(framing(reference, kind))")
        for (option, token) in HeadRun.options {
            require(head.connection.contains(token) == reference.connectionHas(option), "Connection: \(option)")
        }
        let nominations = reference.nominations
        require(head.connection.contains(.others) == !nominations.isEmpty, "nominations")
        for (index, field) in reference.fields.enumerated() {
            let name = ByteSet.lowercased(field.name)
            let isNominated =
                nominations.contains(name) && name != Array("content-length".utf8) && name != Array("host".utf8)
            require(head.isNominated(index) == isNominated, "field \(index) nominated")
        }
    }

    private static func framing(_ reference: ReferenceHead, _ kind: Kind) -> [ReferenceFraming?] {
        if kind == .request { return [reference.requestFraming] }
        return HeadRun.methods.map { reference.responseFraming(to: Array($0.0.utf8)) }
    }

    /// Writes the head from its parts and reads it again.
    private static func rewrite(_ run: HeadRun, _ kind: Kind, _ limits: HeadLimits) {
        let head = run.head
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: head.byteCount * 2 + 64, alignment: 1)
        defer { room.deallocate() }
        var writer = HeadWriter(room)
        if kind == .request {
            writer.append(head.bytes(head.methodRange))
            writer.append(" ")
            writer.append(head.bytes(head.targetRange))
            writer.append(" HTTP/1.")
            writer.append(decimal: Int64(head.versionMinor))
        } else {
            writer.append("HTTP/1.")
            writer.append(decimal: Int64(head.versionMinor))
            writer.append(" ")
            writer.append(decimal: Int64(head.status))
            writer.append(" ")
            writer.append(head.bytes(head.reasonRange))
        }
        writer.appendCRLF()
        for line in head.fields {
            writer.append(head.bytes(line.name))
            writer.append(":")
            require(HeadWriter.isLegalFieldName(head.bytes(line.name)), "a parsed name is refused by the writer")
            require(HeadWriter.isLegalFieldValue(head.bytes(line.value)), "a parsed value is refused by the writer")
            writer.append(head.bytes(line.value))
            writer.appendCRLF()
        }
        writer.appendCRLF()
        require(!writer.overflowed && !writer.refused, "no room to write the head")
        let again = HeadRun(kind, Array(writer.written), cuts: [], .standard)
        require(again.outcome == .complete(writer.count), "written again: \(again.outcome)")
        require(again.fields == run.fields && again.framing == run.framing, "written again, it reads differently")
    }
}
