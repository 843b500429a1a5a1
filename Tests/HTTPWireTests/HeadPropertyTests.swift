import HTTPWire
import Testing

/// Compares the parser with a reference that is slow and obvious: split at CRLF, then at the colon.
@Suite struct HeadPropertyTests {
    /// Names and trimmed values of trailers that end at the first empty line, or nil if illegal.
    static func reference(_ bytes: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x0d, index + 1 < bytes.count, bytes[index + 1] == 0x0a {
                if lines[lines.count - 1].isEmpty { break }
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(bytes[index])
                index += 1
            }
        }
        guard index < bytes.count else { return nil }
        lines.removeLast()
        var fields: [[UInt8]] = []
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for line in lines {
            guard let colon = line.firstIndex(of: 0x3a), colon > 0, line[..<colon].allSatisfy(token.contains) else {
                return nil
            }
            var value = line[(colon + 1)...]
            guard value.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }) else { return nil }
            while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
            while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
            fields.append(Array(line[..<colon]))
            fields.append(Array(value))
        }
        return fields
    }

    @Test func generatedFieldsParseAsTheReferenceSays() {
        var random = SeededGenerator(state: 2)
        let alphabet: [UInt8] = Array("aZ-0 \t:\"(,".utf8) + [0x80, 0xff]
        var legal = 0
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes += Array("n\(Int.random(in: 0...99, using: &random)):".utf8)
                for _ in 0..<Int.random(in: 0...30, using: &random) {
                    bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
                }
                bytes += [0x0d, 0x0a]
            }
            bytes += [0x0d, 0x0a]
            // One mutation in half of the cases: any byte, anywhere before the final empty line.
            if Bool.random(using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            let step = Int.random(in: 1...bytes.count, using: &random)
            let result = parseHead(bytes, .trailers, step: step).result
            #expect(result.parsed?.fields == Self.reference(bytes), "\(bytes)")
            #expect(result == parseHead(bytes, .trailers, step: bytes.count).result)
            if result.parsed != nil { legal += 1 }
        }
        #expect(legal > 1500)
    }

    @Test func mutatedRequestsGiveTheSameAnswerHoweverTheyAreSplit() {
        var random = SeededGenerator(state: 3)
        let text = Array("GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: te, x\r\nContent-Length: 5\r\n\r\n".utf8)
        for _ in 0..<3000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert([0x0d, 0x0a, 0x20, 0x3a].randomElement(using: &random) ?? 0, at: index)
                }
            }
            let whole = parseHead(bytes, .request, step: bytes.count).result
            #expect(parseHead(bytes, .request, step: 1).result == whole, "\(bytes)")
            let step = Int.random(in: 2...20, using: &random)
            #expect(parseHead(bytes, .request, step: step).result == whole, "\(bytes)")
        }
    }
}
