import HTTPWire
import Testing

@Suite struct FramingTests {
    static func request(_ fields: String, minor: Int = 1, method: String = "POST") throws -> Result<
        BodyFraming, FramingError
    > {
        try withHead("\(method) / HTTP/1.\(minor)\r\n\(fields)\r\n", .request) { head in
            do throws(FramingError) { return .success(try Framing.ofRequest(head)) } catch { return .failure(error) }
        }
    }

    static func response(
        _ status: Int, _ fields: String, to method: Method = .get, minor: Int = 1
    ) throws -> Result<BodyFraming, FramingError> {
        try withHead("HTTP/1.\(minor) \(status) X\r\n\(fields)\r\n", .response) { head in
            do throws(FramingError) {
                return .success(try Framing.ofResponse(head, to: method))
            } catch { return .failure(error) }
        }
    }

    static let length = "Content-Length: 5\r\n"
    static let chunked = "Transfer-Encoding: chunked\r\n"

    @Test(
        arguments: [
            ("", .success(.none)), (length, .success(.length(5))), ("Content-Length: 0\r\n", .success(.length(0))),
            (chunked, .success(.chunked)), (length + chunked, .failure(.lengthAndTransferEncoding)),
            (chunked + length, .failure(.lengthAndTransferEncoding)),
            ("Content-Length: 5, 6\r\n", .failure(.conflictingLengths)),
            ("Content-Length: x\r\n", .failure(.invalidLength)),
            ("Transfer-Encoding: gzip, chunked\r\n", .failure(.unsupportedTransferEncoding)),
            ("Transfer-Encoding: identity\r\n", .failure(.unsupportedTransferEncoding)),
            ("Transfer-Encoding: chunked, gzip\r\n", .failure(.invalidTransferEncoding)),
        ] as [(String, Result<BodyFraming, FramingError>)])
    func requestFraming(_ fields: String, _ expected: Result<BodyFraming, FramingError>) throws {
        #expect(try Self.request(fields) == expected)
    }

    @Test func transferEncodingInHTTP10IsRefused() throws {
        #expect(try Self.request(Self.chunked, minor: 0) == .failure(.transferEncodingInHTTP10))
        #expect(try Self.response(200, Self.chunked, minor: 0) == .failure(.transferEncodingInHTTP10))
    }

    @Test(
        arguments: [
            ("", .success(.none)), ("Content-Length: 0\r\n", .success(.none)), (length, .success(.none)),
            (chunked, .success(.none)), (length + chunked, .success(.none)),
        ] as [(String, Result<BodyFraming, FramingError>)])
    func connectHasNoContent(_ fields: String, _ expected: Result<BodyFraming, FramingError>) throws {
        #expect(try Self.request(fields, method: "CONNECT") == expected)
    }

    @Test(
        arguments: [
            (200, "", .get, .success(.untilClose)), (200, length, .get, .success(.length(5))),
            (200, chunked, .get, .success(.chunked)), (200, length + chunked, .get, .success(.chunked)),
            (200, length, .head, .success(.none)), (200, "Content-Length: x\r\n", .head, .success(.none)),
            (100, length, .get, .success(.none)), (101, chunked, .get, .success(.none)),
            (204, length, .get, .success(.none)), (304, length, .get, .success(.none)),
            (205, "", .get, .success(.untilClose)), (200, length, .connect, .success(.none)),
            (299, chunked, .connect, .success(.none)), (407, length, .connect, .success(.length(5))),
            (200, "Content-Length: 1, 2\r\n", .get, .failure(.conflictingLengths)),
            (200, "Content-Length: 1x\r\n", .get, .failure(.invalidLength)),
            (200, "Transfer-Encoding: gzip\r\n", .get, .failure(.unsupportedTransferEncoding)),
            (200, "Transfer-Encoding: chunked, chunked\r\n", .get, .failure(.invalidTransferEncoding)),
        ] as [(Int, String, Method, Result<BodyFraming, FramingError>)])
    func responseFraming(
        _ status: Int, _ fields: String, _ method: Method, _ expected: Result<BodyFraming, FramingError>
    ) throws {
        #expect(try Self.response(status, fields, to: method) == expected)
    }

    @Test func bothFramingsInAResponseAreReported() throws {
        try withHead("HTTP/1.1 200 OK\r\n" + Self.length + Self.chunked + "\r\n", .response) { head in
            #expect(head.hasLengthAndTransferEncoding)
        }
    }

    @Test func onlyAnUnsupportedCodingIsNotImplemented() {
        for error in FramingError.allCases {
            #expect(error.status == (error == .unsupportedTransferEncoding ? 501 : 400))
        }
    }
}
