import HTTPWire
import Testing

/// What a chunked body decoded to: its payload, or why it was refused.
enum ChunkedResult: Equatable {
    case complete(payload: [UInt8], consumed: Int)
    case incomplete(payload: [UInt8])
    case failed(ChunkError)
}

/// Decodes in reads of at most `step` bytes; no byte is presented twice.
func decode(_ bytes: [UInt8], step: Int) -> ChunkedResult {
    var decoder = ChunkedDecoder()
    var payload: [UInt8] = []
    var start = 0
    while start < bytes.count {
        let read = Array(bytes[start..<min(start + step, bytes.count)])
        let outcome: ChunkedResult? = withBytes(read) { input in
            var offset = 0
            while true {
                do throws(ChunkError) {
                    switch try decoder.next(input, from: offset) {
                    case .data(let range):
                        payload += Array(input[range])
                        offset = range.upperBound
                    case .needMore(let consumed): return consumed == input.count ? nil : .failed(.badSize)
                    case .trailers(let consumed): return .complete(payload: payload, consumed: start + consumed)
                    }
                } catch { return .failed(error) }
            }
        }
        if let outcome { return outcome }
        start += step
    }
    return .incomplete(payload: payload)
}

/// Decodes in reads of every size; nil when the results differ.
func decodeEveryWay(_ bytes: [UInt8]) -> ChunkedResult? {
    let whole = decode(bytes, step: max(bytes.count, 1))
    for step in 1..<max(bytes.count, 2) where decode(bytes, step: step) != whole { return nil }
    return whole
}

@Suite struct ChunkedDecoderTests {
    /// The body up to the end of the last chunk's line, what follows it, and the payload.
    @Test(arguments: [
        ("0\r\n", "\r\n", ""), ("5\r\nhello\r\n0\r\n", "", "hello"),
        ("5\r\nhello\r\n00000C\r\n, and\r\nthere\r\n000\r\n", "A: b\r\n\r\n", "hello, and\r\nthere"),
        ("a;x\r\n0123456789\r\n0\r\n", "\r\n", "0123456789"),
        ("1;a=b;c=\"d\\\"\u{e9};\t \" ; e = f\r\nx\r\n0;last\r\n", "\r\n", "x"),
        ("1 ;a\r\nx\r\n0\r\n", "\r\n", "x"), ("0000000000000001\r\nx\r\n0\r\n", "\r\n", "x"),
    ])
    func bodyIsTheSameHoweverItIsSplit(_ body: String, _ rest: String, _ payload: String) {
        let expected = ChunkedResult.complete(payload: Array(payload.utf8), consumed: body.utf8.count)
        #expect(decodeEveryWay(Array((body + rest).utf8)) == expected)
    }

    @Test(
        arguments: [
            ("\r\n", .missingSize), (" 5\r\n", .missingSize), ("-5\r\n", .missingSize), ("+5\r\n", .missingSize),
            (";a\r\n", .missingSize), ("\n", .bareLF), ("g\r\n", .missingSize), ("0x5\r\n", .badSize),
            ("5g\r\n", .badSize), ("5\n", .bareLF), ("5\rx", .bareCR), ("5 \r\n", .badExtension),
            ("5;\r\n", .badExtension), ("5;a=\r\n", .badExtension), ("5;a b\r\n", .badExtension),
            ("5;a=\"b\r\n", .badExtension), ("5;a=\"b\"c\r\n", .badExtension), ("5;=b\r\n", .badExtension),
            ("5;a\n", .bareLF), ("5;a=\"\n", .bareLF), ("5;a\0\r\n", .badExtension), ("5;a\rb", .bareCR),
            ("5;a \r\n", .badExtension), ("5 a\r\n", .badExtension),
            ("1\r\nxy", .missingDataEnd), ("1\r\nx\n", .bareLF), ("1\r\nx\rx", .bareCR),
            ("1\r\nx\r\n\r\n", .missingSize),
            ("00000000000000001\r\n", .sizeTooLarge), ("8000000000000000\r\n", .sizeTooLarge),
            ("ffffffffffffffff\r\n", .sizeTooLarge),
        ] as [(String, ChunkError)])
    func malformedBodyIsRefused(_ text: String, _ error: ChunkError) {
        #expect(decodeEveryWay(Array(text.utf8)) == .failed(error))
    }

    @Test func largestSizeIsAccepted() throws {
        var decoder = ChunkedDecoder()
        try withBytes("7fffffffffffffff\r\nab") { bytes in
            let step = try decoder.next(bytes, from: 0)
            #expect(step == .data(18..<20))
        }
        #expect(decoder.payloadRemaining == .max - 2)
        decoder.skipPayload(.max - 2)
        try withBytes("\r\n0\r\n") { bytes in
            let step = try decoder.next(bytes, from: 0)
            #expect(step == .trailers(consumed: 5))
        }
    }

    @Test func extensionsOfOneChunkAreLimited() {
        func body(_ count: Int) -> [UInt8] {
            Array("1;".utf8) + [UInt8](repeating: 0x61, count: count - 1) + Array("\r\nx\r\n0\r\n".utf8)
        }
        #expect(decode(body(1024), step: 4096) == .complete(payload: [0x78], consumed: 1033))
        #expect(decode(body(1025), step: 4096) == .failed(.extensionTooLarge))
    }

    @Test func extensionsMustNotOutweighTheContent() {
        let small = Array(("1;" + String(repeating: "a", count: 999) + "\r\nx\r\n").utf8)
        #expect(
            decode([[UInt8]](repeating: small, count: 17).flatMap { $0 }, step: 1 << 20) == .failed(.extensionTooLarge))
        let large = Array(("400;" + String(repeating: "a", count: 999) + "\r\n").utf8)
        let chunk = large + [UInt8](repeating: 0x78, count: 1024) + [0x0d, 0x0a]
        let body = [[UInt8]](repeating: chunk, count: 100).flatMap { $0 }
        #expect(decode(body, step: 1 << 20) == .incomplete(payload: [UInt8](repeating: 0x78, count: 102_400)))
    }

    @Test func resetDecoderReadsANewBody() throws {
        var decoder = ChunkedDecoder()
        try withBytes("5\r\nhel") { bytes in _ = try decoder.next(bytes, from: 0) }
        decoder.reset()
        try withBytes("0\r\n") { bytes in
            let step = try decoder.next(bytes, from: 0)
            #expect(step == .trailers(consumed: 3))
            let again = try decoder.next(bytes, from: 3)
            #expect(again == .trailers(consumed: 3))
        }
    }

    @Test func randomBodiesDecodeToWhatWasEncoded() {
        var random = SeededGenerator(state: 1)
        for _ in 0..<200 {
            var body: [UInt8] = []
            var payload: [UInt8] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let chunk = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let size = String(chunk.count, radix: 16, uppercase: Bool.random(using: &random))
                let zeros = String(repeating: "0", count: Int.random(in: 0...3, using: &random))
                body += Array((zeros + size + "\r\n").utf8) + chunk + [0x0d, 0x0a]
                payload += chunk
            }
            body += Array("0\r\n".utf8)
            let expected = ChunkedResult.complete(payload: payload, consumed: body.count)
            #expect(decode(body, step: Int.random(in: 1...50, using: &random)) == expected)
            #expect(decode(body, step: body.count) == expected)
        }
    }
}
