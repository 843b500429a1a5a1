import Foundation

/// What the two sides send in a file of the conformance suite. Its format is told in Tests/Conformance/README.md; steps that
/// expect something mean nothing here.
struct CaseFile: CustomStringConvertible {
    /// Folder and file name.
    let name: String
    /// The file as it is, for looking up an expected sentence.
    let text: String
    /// What each of the client's connections sends, all blocks in order.
    private(set) var clientStreams: [Int: [UInt8]] = [:]
    /// What each of the origin's connections sends.
    private(set) var originStreams: [Int: [UInt8]] = [:]

    var description: String { name }

    /// Every case of the suite, in a fixed order.
    static let all: [CaseFile] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Conformance/cases")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".case") }.sorted().compactMap { path in
            (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8))
                .map { CaseFile(name: String(path.dropLast(5)), text: $0) }
        }
    }()

    init(name: String, text: String) {
        self.name = name
        self.text = text
        var step: (isClient: Bool, connection: Int)?
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let match = line.wholeMatch(of: /(client|origin)(?: (\d+))?([<>])(?: .+)?/) {
                let sends = match.output.3 == ">"
                step = sends ? (match.output.1 == "client", match.output.2.flatMap { Int($0) } ?? 1) : nil
            } else if let step {
                let bytes = CaseFile.bytes(String(line))
                if step.isClient {
                    clientStreams[step.connection, default: []] += bytes
                } else {
                    originStreams[step.connection, default: []] += bytes
                }
            }
        }
    }

    /// A line of a block with its placeholders and escapes replaced.
    private static func bytes(_ line: String) -> [UInt8] {
        var text = line
        let names = [
            ("origin", "127.0.0.1:40000"), ("origin6", "[::1]:40000"), ("port", "40000"), ("proxy", "127.0.0.1:40001"),
            ("proxyport", "40001"),
        ]
        for (name, value) in names { text = text.replacingOccurrences(of: "{\(name)}", with: value) }
        text = text.replacing(/\{repeat (\d+) ([^{}]*)\}/) { match in
            String(repeating: String(match.output.2), count: Int(match.output.1) ?? 0)
        }
        return unescaped(text)
    }

    private static func unescaped(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let name = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch name {
            case UInt8(ascii: "r"): result.append(0x0d)
            case UInt8(ascii: "n"): result.append(0x0a)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "0"): result.append(0)
            case UInt8(ascii: "x"):
                result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: result.append(name)
            }
        }
        return result
    }
}
