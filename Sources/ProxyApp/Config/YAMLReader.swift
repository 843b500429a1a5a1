import Yams

/// Turns YAML text into a `ConfigNode`; the only place that knows the YAML library.
///
/// The library refuses a mapping with a repeated key as a whole, which would hide every other problem of the file
/// behind that one. So a repeated key's first letter is replaced by a private-use character of the same width and the
/// text is parsed again: positions stay, the tree is complete, and the schema's walk reports the repetition.
struct YAMLReader {
    /// Repeated keys disguised before the reader gives up and reports the one at hand.
    private static let disguiseLimit = 100
    private static let firstDisguise: UInt32 = 0xE000

    private let name: String
    private var lines: [[Unicode.Scalar]]
    /// Disguise to the letter it stands for.
    private var disguised: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// The tree of `text`; an empty document is `.empty`. `name` is the file's, for the problem.
    static func read(_ text: String, name: String) throws(ConfigProblem) -> ConfigNode {
        var reader = YAMLReader(name: name, text: text)
        return try reader.read()
    }

    private init(name: String, text: String) {
        self.name = name
        // The byte order mark some editors write is no character of the first line.
        let scalars = text.unicodeScalars
        let body = scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars[...]
        lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    private mutating func read() throws(ConfigProblem) -> ConfigNode {
        var attempts = 0
        while true {
            do {
                guard let root = try Yams.compose(yaml: joinedText()) else {
                    return .empty(ConfigNode.Position(line: 1, column: 1))
                }
                return convert(root)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                attempts += 1
                if attempts <= Self.disguiseLimit, disguiseKey(at: position(context.mark)) { continue }
                throw problem(
                    at: position(context.mark), "the key `\(keys.first ?? "")` occurs twice", "remove one of them")
            } catch let error as YamlError {
                throw problem(for: error)
            } catch {
                throw ConfigProblem(place: .wholeFile(name: name), what: "\(error)", fix: "write plain YAML")
            }
        }
    }

    private func joinedText() -> String {
        var text = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { text.append("\n") }
            text.append(contentsOf: line)
        }
        return String(text)
    }

    // MARK: - Repeated keys

    /// False when the key is written in a way that cannot be disguised (an escape, an alias).
    private mutating func disguiseKey(at mark: ConfigNode.Position) -> Bool {
        let line = mark.line - 1
        var column = mark.column - 1
        guard lines.indices.contains(line), lines[line].indices.contains(column) else { return false }
        if lines[line][column] == "\"" || lines[line][column] == "'" { column += 1 }
        guard lines[line].indices.contains(column) else { return false }
        let letter = lines[line][column]
        guard letter.properties.isAlphabetic || letter.properties.numericType != nil || letter == "_",
            let disguise = Unicode.Scalar(Self.firstDisguise + UInt32(disguised.count))
        else { return false }
        disguised[disguise] = letter
        lines[line][column] = disguise
        return true
    }

    private func undisguise(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, let letter = disguised[first] else { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(letter)
        scalars.append(contentsOf: text.unicodeScalars.dropFirst())
        return String(scalars)
    }

    // MARK: - Tree

    private func convert(_ node: Node) -> ConfigNode {
        let position = position(node.mark)
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return isNull ? .empty(position) : .scalar(scalar.string, position)
        case .sequence(let sequence):
            return .list(sequence.map(convert), position)
        case .mapping(let mapping):
            let pairs = mapping.map { key, value in
                ConfigNode.Pair(
                    key: key.scalar.map { undisguise($0.string) }, position: self.position(key.mark),
                    value: convert(value))
            }
            return .map(pairs, position)
        case .alias:
            // Aliases are resolved while composing; one that is left stands for nothing.
            return .empty(position)
        }
    }

    private func position(_ mark: Mark?) -> ConfigNode.Position {
        ConfigNode.Position(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    // MARK: - Syntax errors

    private func problem(at mark: ConfigNode.Position, _ what: String, _ fix: String) -> ConfigProblem {
        ConfigProblem(place: .file(name: name, line: mark.line, column: mark.column), what: what, fix: fix)
    }

    private func problem(for error: YamlError) -> ConfigProblem {
        switch error {
        case .scanner(let context, let text, let mark, _), .parser(let context, let text, let mark, _),
            .composer(let context, let text, let mark, _):
            let reason = [context?.text, text].compactMap { $0 }.joined(separator: ", ")
            return problem(
                at: position(mark), "not YAML: \(reason)",
                hint(near: [mark.line, context?.mark.line].compactMap { $0 }))
        case .reader(let text, let offset, _, _):
            return problem(
                at: position(ofByte: offset ?? 0), "not YAML: \(text)",
                "remove the character, the file must be plain UTF-8 text")
        default:
            return ConfigProblem(place: .wholeFile(name: name), what: "not YAML: \(error)", fix: "write plain YAML")
        }
    }

    /// What most likely led here: the two mistakes people make in this file, else the general rule.
    private func hint(near lineNumbers: [Int]) -> String {
        let suspects = lineNumbers.map { $0 - 1 }.filter(lines.indices.contains)
        for line in suspects.map({ lines[$0] }) {
            if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
                return "indent with spaces, never with tabs"
            }
            let text = line.map(String.init).joined()
            if text.contains("["), text.contains("]:"), !text.contains("\"["), !text.contains("'[") {
                return "quote an IPv6 address, as in \"[::1]:3128\""
            }
        }
        return "write `key: value`, the keys of a group indented alike below it"
    }

    private func position(ofByte offset: Int) -> ConfigNode.Position {
        var line = 1
        var column = 1
        for byte in joinedText().utf8.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return ConfigNode.Position(line: line, column: column)
    }
}
