import HTTPStack
import HTTPStackTypes
import HTTPTypes
import HTTPWire
import Testing

@Suite struct ReceivedMessageTests {
    private func request(_ line: String, _ fields: String = "Host: o:8080\r\n") throws -> HTTPRequest {
        try HTTPRequest(received(.request, "\(line) HTTP/1.1\r\n\(fields)\r\n"))
    }

    @Test func originFormTakesItsAuthorityFromHost() throws {
        let request = try request("GET /p?q=1", "Host: o:8080\r\nAccept: */*\r\n")
        #expect(request.method == .get)
        #expect(request.scheme == "http")
        #expect(request.authority == "o:8080")
        #expect(request.path == "/p?q=1")
        #expect(request.headerFields == [.accept: "*/*"])
    }

    @Test func absoluteFormOverrulesHost() throws {
        let request = try request("GET http://[::1]:81/p", "Host: other\r\n")
        #expect(request.authority == "[::1]:81")
        #expect(request.path == "/p")
        #expect(request.headerFields.isEmpty)
    }

    @Test(arguments: [
        ("GET http://h", "/"), ("GET http://h?q", "/?q"), ("OPTIONS http://h", "*"), ("GET HTTP://h", "/"),
    ])
    func anAbsoluteTargetWithoutPathNamesTheRoot(_ line: String, _ path: String) throws {
        let request = try request(line)
        #expect(request.path == path)
        #expect(request.authority == "h")
        #expect(request.scheme == "http")
    }

    @Test func connectHasAnAuthorityAlone() throws {
        let request = try request("CONNECT o:443")
        #expect(request.method == .connect)
        #expect(request.scheme == nil)
        #expect(request.authority == "o:443")
        #expect(request.path == nil)
    }

    @Test func asteriskIsThePathOfOptions() throws {
        let request = try request("OPTIONS *")
        #expect(request.path == "*")
        #expect(request.authority == "o:8080")
    }

    @Test func methodsNobodyKnowsAreKept() throws {
        #expect(try request("BREW /pot").method.rawValue == "BREW")
    }

    @Test func aRequestWithoutHostHasNoAuthority() throws {
        #expect(try HTTPRequest(received(.request, "GET / HTTP/1.0\r\n\r\n")).authority == nil)
    }

    @Test func aTargetWithCredentialsIsReported() throws {
        #expect(throws: ReceivedMessageError.illegalTarget(.userinfo)) { try request("GET http://u@h/") }
    }

    @Test func aResponseKeepsItsReason() throws {
        let response = try HTTPResponse(received(.response, "HTTP/1.1 404 Gone fishing\r\nA: 1\r\n\r\n"))
        #expect(response.status.code == 404)
        #expect(response.status.reasonPhrase == "Gone fishing")
        #expect(response.headerFields.map(\.value) == ["1"])
    }

    @Test func whatIsAskedForMustBeWhatCame() throws {
        let response = try received(.response, "HTTP/1.1 200 OK\r\n\r\n")
        #expect(throws: ReceivedMessageError.notARequest) { try HTTPRequest(response) }
        let request = try received(.request, "GET / HTTP/1.1\r\nHost: o\r\n\r\n")
        #expect(throws: ReceivedMessageError.notAResponse) { try HTTPResponse(request) }
    }
}
