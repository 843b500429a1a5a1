import HTTPWire
import Testing

@Suite struct HeadErrorTests {
    /// Text, the error, and the index of the byte at which it must be reported.
    struct Case: Sendable {
        let text: String
        let error: HeadError
        let index: Int

        init(_ text: String, _ error: HeadError, at index: Int) {
            self.text = text
            self.error = error
            self.index = index
        }
    }

    static let requestLines: [Case] = [
        Case(" GET / HTTP/1.1\r\n\r\n", .badRequestLine, at: 0),
        Case("\nGET / HTTP/1.1\r\n\r\n", .bareLF, at: 0),
        Case("\rGET / HTTP/1.1\r\n\r\n", .bareCR, at: 1),
        Case("\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", .badRequestLine, at: 4),
        Case("\u{16}\u{03}\u{01}", .badMethod, at: 0),
        Case("G(T / HTTP/1.1\r\n\r\n", .badMethod, at: 1),
        Case("GET\t/ HTTP/1.1\r\n\r\n", .badMethod, at: 3),
        Case("GET\r\n\r\n", .badRequestLine, at: 3),
        Case("GET\n\n", .bareLF, at: 3),
        Case("GET  / HTTP/1.1\r\n\r\n", .badRequestLine, at: 4),
        Case("GET /\r\n\r\n", .badRequestLine, at: 5),
        Case("GET /\n\n", .bareLF, at: 5),
        Case("GET /\u{7f} HTTP/1.1\r\n\r\n", .badTarget, at: 5),
        Case("GET /\0 HTTP/1.1\r\n\r\n", .badTarget, at: 5),
        Case("GET /\u{e9} HTTP/1.1\r\n\r\n", .badTarget, at: 5),
        Case("GET /\t HTTP/1.1\r\n\r\n", .badTarget, at: 5),
        Case("GET /  HTTP/1.1\r\n\r\n", .badRequestLine, at: 6),
        Case("GET / x HTTP/1.1\r\n\r\n", .badVersion, at: 6),
        Case("GET / http/1.1\r\n\r\n", .badVersion, at: 6),
        Case("GET / HTTP/11\r\n\r\n", .badVersion, at: 12),
        Case("GET / HTTP/1.x\r\n\r\n", .badVersion, at: 13),
        Case("GET / HTTP/1.1x\r\n\r\n", .badVersion, at: 14),
        Case("GET / HTTP/1.10\r\n\r\n", .badVersion, at: 14),
        Case("GET / HTTP/1.1 \r\n\r\n", .badRequestLine, at: 14),
        Case("GET / HTTP/1.1\n\n", .bareLF, at: 14),
        Case("GET / HTTP/1.1\rA: b\r\n\r\n", .bareCR, at: 15),
        Case("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion, at: 13),
        Case("GET / HTTP/0.9\r\n\r\n", .unsupportedVersion, at: 13),
    ]

    static let statusLines: [Case] = [
        Case("\r\nHTTP/1.1 200 OK\r\n\r\n", .badVersion, at: 0),
        Case("ICY 200 OK\r\n\r\n", .badVersion, at: 0),
        Case("HTTP/1.1  200 OK\r\n\r\n", .badStatusLine, at: 9),
        Case("HTTP/1.1\t200 OK\r\n\r\n", .badVersion, at: 8),
        Case("HTTP/1.1 20 OK\r\n\r\n", .badStatusLine, at: 11),
        Case("HTTP/1.1 2000 OK\r\n\r\n", .badStatusLine, at: 12),
        Case("HTTP/1.1 099 OK\r\n\r\n", .badStatusLine, at: 9),
        Case("HTTP/1.1 +20 OK\r\n\r\n", .badStatusLine, at: 9),
        Case("HTTP/1.1 200\n\n", .bareLF, at: 12),
        Case("HTTP/1.1 200 a\0b\r\n\r\n", .badFieldValue, at: 14),
        Case("HTTP/1.1 200 OK\n\n", .bareLF, at: 15),
        Case("HTTP/1.1 200 OK\rx", .bareCR, at: 16),
        Case("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion, at: 7),
    ]

    static let fields: [Case] = [
        Case(" A: b\r\n\r\n", .obsFold, at: 0),
        Case("A: b\r\n c\r\n\r\n", .obsFold, at: 6),
        Case("A: b\r\n\tc\r\n\r\n", .obsFold, at: 6),
        Case(": b\r\n\r\n", .emptyFieldName, at: 0),
        Case("A : b\r\n\r\n", .badFieldName, at: 1),
        Case("A\t: b\r\n\r\n", .badFieldName, at: 1),
        Case("A(: b\r\n\r\n", .badFieldName, at: 1),
        Case("\u{e9}: b\r\n\r\n", .badFieldName, at: 0),
        Case("\0: b\r\n\r\n", .badFieldName, at: 0),
        Case("A\0: b\r\n\r\n", .badFieldName, at: 1),
        Case("A\r\n\r\n", .missingColon, at: 1),
        Case("A\n\n", .missingColon, at: 1),
        Case("A: b\nC: d\r\n\r\n", .bareLF, at: 4),
        Case("A: b\rC: d\r\n\r\n", .bareCR, at: 5),
        Case("A: b\r\rX", .bareCR, at: 5),
        Case("A: b\0\r\n\r\n", .badFieldValue, at: 4),
        Case("A: \u{7f}\r\n\r\n", .badFieldValue, at: 3),
        Case("A: abcdefghijkl\u{0b}mnop\r\n\r\n", .badFieldValue, at: 15),
        Case("A: b\r\n\n", .bareLF, at: 6),
        Case("A: b\r\n\rX", .bareCR, at: 7),
    ]

    static func check(_ test: Case, _ kind: HeadParser.Kind, prefix: String = "") {
        let bytes = Array((prefix + test.text).utf8)
        #expect(parseEveryWay(bytes, kind)?.error == test.error, "\(test.text.debugDescription)")
        let fed = parseHead(bytes, kind, step: 1).fed
        #expect(fed == prefix.utf8.count + test.index + 1, "\(test.text.debugDescription)")
    }

    @Test(arguments: requestLines) func badRequestLineFailsAtItsByte(_ test: Case) { Self.check(test, .request) }

    @Test(arguments: statusLines) func badStatusLineFailsAtItsByte(_ test: Case) { Self.check(test, .response) }

    @Test(arguments: fields) func badFieldFailsAtItsByteInEveryKind(_ test: Case) {
        Self.check(test, .trailers)
        Self.check(test, .request, prefix: "GET / HTTP/1.1\r\n")
        Self.check(test, .response, prefix: "HTTP/1.1 200 OK\r\n")
    }

    @Test func everyControlByteInAValueIsAnError() {
        for byte in UInt8(0)...0x1f where ![0x09, 0x0a, 0x0d].contains(byte) {
            for padding in 0..<10 {
                let value = [UInt8](repeating: 0x61, count: padding) + [byte, 0x62, 0x0d, 0x0a, 0x0d, 0x0a]
                let bytes = Array("A:".utf8) + value
                #expect(parseHead(bytes, .trailers, step: bytes.count).result == .failed(.badFieldValue))
            }
        }
    }

    @Test func nameBytesAreExactlyTheTokenBytes() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8(0)...0xff where byte != 0x3a {
            let bytes = [0x61, byte] + Array(": b\r\n\r\n".utf8)
            #expect((parseHead(bytes, .trailers, step: bytes.count).result.parsed != nil) == token.contains(byte))
        }
    }

    @Test func limitsAreExact() {
        let text = "GET /abc HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n"
        let line = 19
        let all = text.utf8.count
        func result(_ line: Int, _ head: Int, _ fields: Int) -> HeadResult? {
            parseEveryWay(
                text, .request, limits: HeadLimits(requestLineBytes: line, headBytes: head, fields: fields))
        }
        #expect(result(line, all, 2)?.parsed != nil)
        #expect(result(line - 1, all, 2)?.error == .requestLineTooLong)
        #expect(result(line, all - 1, 2)?.error == .headTooLarge)
        #expect(result(line, all, 1)?.error == .tooManyFields)
        #expect(result(line, 10, 2)?.error == .headTooLarge)
    }

    @Test func headLimitIsClampedToWhatOffsetsCanHold() {
        let limits = HeadLimits(requestLineBytes: 8192, headBytes: 1 << 20, fields: 128)
        let bytes = Array("GET / HTTP/1.1\r\nA: ".utf8) + [UInt8](repeating: 0x61, count: 70_000)
        #expect(parseHead(bytes, .request, step: bytes.count, limits: limits).result == .failed(.headTooLarge))
    }

    @Test func statusesFollowTheKindOfError() {
        #expect(HeadError.requestLineTooLong.status == 414)
        #expect(HeadError.headTooLarge.status == 431)
        #expect(HeadError.tooManyFields.status == 431)
        #expect(HeadError.unsupportedVersion.status == 505)
        #expect(HeadError.bareLF.status == 400)
    }
}
