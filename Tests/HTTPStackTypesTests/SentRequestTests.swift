import HTTPStack
import HTTPStackTypes
import HTTPTypes
import Testing

@Suite struct SentRequestTests {
    private func options(
        _ method: HTTPRequest.Method, scheme: String? = "http", _ authority: String?, _ path: String?,
        _ fields: HTTPFields = [:]
    ) throws -> RequestOptions {
        try RequestOptions(
            HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: fields))
    }

    @Test func theAuthorityIsWhereTheRequestGoes() throws {
        let options = try options(.post, "o.example:8080", "/p?q", [.accept: "*/*"])
        #expect(options.method == "POST")
        #expect(options.hostname == "o.example")
        #expect(options.port == 8080)
        #expect(options.path == "/p?q")
        #expect(options.headers == ["Accept": "*/*"])
    }

    @Test func aMissingPortIsThatOfHTTP() throws {
        #expect(try options(.get, "o", "/").port == 80)
    }

    @Test func bracketsBelongToTheAuthorityOnly() throws {
        let options = try options(.get, "[::1]:81", nil)
        #expect(options.hostname == "::1")
        #expect(options.port == 81)
        #expect(options.path == "/")
    }

    @Test func withoutAnAuthorityTheDefaultsStay() throws {
        let options = try options(.get, nil, "/")
        #expect(options.hostname == nil)
        #expect(options.port == 80)
    }

    @Test func theAuthorityOfConnectIsItsTarget() throws {
        let options = try options(.connect, scheme: nil, "o:443", nil)
        #expect(options.path == "o:443")
        #expect(options.hostname == nil)
    }

    @Test(arguments: ["o", "", "u@o:443", "o:x"])
    func connectNeedsAHostAndAPort(_ authority: String) {
        #expect(throws: OutgoingError.illegalURL(authority)) {
            try options(.connect, scheme: nil, authority, nil)
        }
    }

    @Test func anAuthorityThatIsNoneIsReported() {
        #expect(throws: OutgoingError.illegalURL("a b")) { try options(.get, "a b", "/") }
    }

    @Test func onlyHTTPIsSpoken() {
        #expect(throws: OutgoingError.unsupportedProtocol("https:")) { try options(.get, scheme: "https", "o", "/") }
        var request = HTTPRequest(method: .connect, scheme: "http", authority: "o:80", path: "/")
        request.extendedConnectProtocol = "websocket"
        #expect(throws: OutgoingError.unsupportedProtocol("websocket")) { try RequestOptions(request) }
    }
}
