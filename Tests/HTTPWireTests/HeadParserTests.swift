import HTTPWire
import Testing

@Suite struct HeadParserTests {
    static let request =
        "GET http://example.com/a?b=c HTTP/1.1\r\nHost: example.com\r\nuser-AGENT:\t curl/8 \t\r\n"
        + "X-Empty:\r\nX-Text: a\tb  c\r\nConnection: close\r\n\r\n"

    @Test func requestIsTheSameHoweverItIsSplit() throws {
        let parsed = try #require(parseEveryWay(Self.request + "BODY", .request)?.parsed)
        #expect(parsed.consumed == Self.request.utf8.count)
        #expect(parsed.byteCount == parsed.consumed)
        #expect(parsed.method == .get)
        #expect(parsed.target == "http://example.com/a?b=c")
        #expect(parsed.minor == 1)
        #expect(parsed.ids == [.host, .userAgent, .other, .other, .connection])
        let texts = parsed.fields.map { String(decoding: $0, as: UTF8.self) }
        #expect(
            texts == [
                "Host", "example.com", "user-AGENT", "curl/8", "X-Empty", "", "X-Text", "a\tb  c", "Connection",
                "close",
            ])
        #expect(String(decoding: parsed.lines[1], as: UTF8.self) == "user-AGENT:\t curl/8 \t\r\n")
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\n", 200, "OK", 1), ("HTTP/1.0 404 \r\n\r\n", 404, "", 0),
            ("HTTP/1.1 204\r\n\r\n", 204, "", 1), ("HTTP/1.1 999 a\tb\r\n\r\n", 999, "a\tb", 1),
            ("HTTP/1.1 100 \u{e9}\r\n\r\n", 100, "\u{e9}", 1),
        ] as [(String, Int, String, UInt8)])
    func statusLineIsRead(_ text: String, _ status: Int, _ reason: String, _ minor: UInt8) throws {
        let parsed = try #require(parseEveryWay(text, .response)?.parsed)
        #expect(parsed.status == status)
        #expect(parsed.reason == Array(reason.utf8))
        #expect(parsed.minor == minor)
        #expect(parsed.consumed == text.utf8.count)
    }

    @Test func trailersMayBeEmpty() throws {
        #expect(parseEveryWay("\r\nX", .trailers)?.parsed?.consumed == 2)
    }

    @Test func trailersAreFields() throws {
        let parsed = try #require(parseEveryWay("A: 1\r\nB: 2\r\n\r\n", .trailers)?.parsed)
        #expect(parsed.fields.map { String(decoding: $0, as: UTF8.self) } == ["A", "1", "B", "2"])
    }

    @Test(arguments: ["", "\r\n", "\r\n\r\n"])
    func twoEmptyLinesBeforeARequestAreSkipped(_ prefix: String) throws {
        let parsed = try #require(parseEveryWay(prefix + Self.request, .request)?.parsed)
        #expect(parsed.consumed == prefix.utf8.count + Self.request.utf8.count)
        #expect(parsed.byteCount == Self.request.utf8.count)
        #expect(parsed.methodText == "GET")
    }

    @Test func obsTextIsKept() throws {
        var bytes = Array("GET / HTTP/1.1\r\nA: ".utf8)
        bytes += (UInt8(0x80)...0xff).map { $0 }
        bytes += Array("\r\n\r\n".utf8)
        let parsed = try #require(parseEveryWay(bytes, .request)?.parsed)
        #expect(parsed.fields[1] == (UInt8(0x80)...0xff).map { $0 })
    }

    @Test func parserIsReadyForAPipelinedRequest() throws {
        let text = "GET /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nPOST /2 HTTP/1.0\r\n\r\n"
        try withBytes(text) { bytes in
            let head = MessageHead()
            var parser = HeadParser(kind: .request)
            let first = try parser.parse(bytes, into: head)
            #expect(first == .complete(byteCount: 38))
            #expect(head.contentLength == .value(3))
            let second = try parser.parse(UnsafeRawBufferPointer(rebasing: bytes[38...]), into: head)
            #expect(second == .complete(byteCount: 20))
            #expect(head.method == .post)
            #expect(head.fieldCount == 0)
            #expect(head.contentLength == .absent)
        }
    }

    @Test func adoptedHeadOutlivesItsBytes() throws {
        let head = MessageHead()
        try withBytes(Self.request) { bytes in
            var parser = HeadParser(kind: .request)
            _ = try parser.parse(bytes, into: head)
            head.adopt()
            head.adopt()
        }
        #expect(Array(head.bytes(head[0].value)) == Array("example.com".utf8))
        head.reset()
        #expect(head.fieldCount == 0)
        #expect(head.byteCount == 0)
    }

    @Test func anUnfinishedHeadNeedsMore() {
        let bytes = Array(Self.request.utf8)
        for count in 0..<bytes.count {
            #expect(parseHead(Array(bytes[..<count]), .request, step: bytes.count).result == .incomplete)
        }
    }
}
