import HTTPWire

extension MicroCase {
    /// Reading messages.
    static let wire = [
        MicroCase("parse-request-short") { parse(.request, Messages.shortRequest) },
        MicroCase("parse-request-browser") { parse(.request, Messages.browserRequest) },
        MicroCase("parse-request-100-fields", operations: 400) { parse(.request, Messages.longRequest) },
        MicroCase("parse-request-byte-by-byte", operations: 200) { parseInPieces(Messages.shortRequest) },
        MicroCase("parse-target-absolute") { parseTarget("http://www.example.com:8080/a/path?with=query") },
        MicroCase("parse-response") { parse(.response, Messages.response) },
        MicroCase("parse-response-30-fields") { parse(.response, Messages.longResponse) },
        MicroCase("decode-64-chunks-of-1-KiB", operations: 200) { decode(chunks: 64, of: 1024) },
        MicroCase("decode-1000-chunks-of-1-byte", operations: 20) { decode(chunks: 1000, of: 1) },
    ]

    /// Whole heads, one after the other, on one parser.
    private static func parse(_ kind: HeadParser.Kind, _ text: String) -> Work {
        let bytes = Bytes.kept(text)
        let head = MessageHead()
        var parser = HeadParser(kind: kind)
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                guard case .complete(let count)? = try? parser.parse(bytes, into: head) else {
                    preconditionFailure("the head of the case is not legal")
                }
                sum &+= count &+ head.fieldCount
            }
            return sum
        }
    }

    private static func parseInPieces(_ text: String) -> Work {
        let bytes = Bytes.kept(text)
        let head = MessageHead()
        var parser = HeadParser(kind: .request)
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                for end in 1...bytes.count {
                    let outcome = try? parser.parse(UnsafeRawBufferPointer(rebasing: bytes[..<end]), into: head)
                    if case .complete(let count)? = outcome { sum &+= count }
                }
            }
            return sum
        }
    }

    private static func parseTarget(_ text: String) -> Work {
        let bytes = Bytes.kept(text)
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                guard let target = try? RequestTarget.parse(bytes, method: .get) else {
                    preconditionFailure("the target of the case is not legal")
                }
                sum &+= Int(target.path.length)
            }
            return sum
        }
    }

    /// A body to its last chunk.
    private static func decode(chunks: Int, of size: Int) -> Work {
        let chunk = String(size, radix: 16) + "\r\n" + String(repeating: "b", count: size) + "\r\n"
        let bytes = Bytes.kept(String(repeating: chunk, count: chunks) + "0\r\n\r\n")
        return { operations in
            var sum = 0
            for _ in 0..<operations { sum &+= decodeAll(bytes) }
            return sum
        }
    }

    private static func decodeAll(_ bytes: UnsafeRawBufferPointer) -> Int {
        var decoder = ChunkedDecoder()
        var offset = 0
        var payload = 0
        while true {
            switch try? decoder.next(bytes, from: offset) {
            case .data(let range):
                payload &+= range.count
                offset = range.upperBound
            case .trailers: return payload
            case .needMore, nil: preconditionFailure("the body of the case is not legal")
            }
        }
    }
}
