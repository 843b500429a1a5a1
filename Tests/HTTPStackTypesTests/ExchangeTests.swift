import Engine
import HTTPStack
import HTTPStackTypes
import HTTPTypes
import Testing

/// HTTP types at both ends of a real connection.
@Suite struct ExchangeTests {
    /// What a client gets for `request` from a server that answers with `answer`, and the request as the server saw it.
    private func exchange(
        _ request: HTTPRequest, _ answer: HTTPResponse, trailers: HTTPFields = [:]
    ) throws -> (seen: HTTPRequest?, got: HTTPResponse?, trailers: HTTPFields?) {
        var seen: HTTPRequest?
        var got: HTTPResponse?
        var gotTrailers: HTTPFields?
        try HTTP.run {
            let server = HTTP.createServer { message, response in
                seen = try HTTPRequest(message)
                try response.writeHead(answer)
                try response.addTrailers(trailers)
                response.end()
            }
            server.listen(0, "127.0.0.1") {
                do {
                    var options = try RequestOptions(request)
                    options.hostname = "127.0.0.1"
                    options.port = server.address?.port ?? 0
                    try HTTP.get(options) { message in
                        got = try HTTPResponse(message)
                        message.onEnd = { gotTrailers = try? HTTPFields(trailersOf: message) }
                        message.resume()
                        server.close()
                    }
                } catch {
                    Issue.record(error)
                    server.close()
                }
            }
        }
        return (seen, got, gotTrailers)
    }

    @Test func whatIsSentArrives() throws {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "o", path: "/p")
        let host = try #require(HTTPField.Name("Host"))
        request.headerFields = [host: "o", .accept: "*/*"]
        var answer = HTTPResponse(status: HTTPResponse.Status(code: 209, reasonPhrase: "Fine so far"))
        answer.headerFields[values: .setCookie] = ["a=1, x", "b=2"]
        let result = try exchange(request, answer)
        #expect(result.seen?.authority == "o")
        #expect(result.seen?.path == "/p")
        #expect(result.seen?.headerFields[.accept] == "*/*")
        #expect(result.got?.status.code == 209)
        #expect(result.got?.status.reasonPhrase == "Fine so far")
        #expect(result.got?.headerFields[values: .setCookie] == ["a=1, x", "b=2"])
    }

    @Test func aStatusWithoutAPhraseGetsTheStandardOne() throws {
        let request = HTTPRequest(method: .get, scheme: "http", authority: "o", path: "/")
        let result = try exchange(request, HTTPResponse(status: HTTPResponse.Status(code: 404)))
        #expect(result.got?.status.reasonPhrase == "Not Found")
    }

    @Test func trailersArriveBehindTheBody() throws {
        let name = try #require(HTTPField.Name("X-Sum"))
        let request = HTTPRequest(method: .get, scheme: "http", authority: "o", path: "/")
        let answer = HTTPResponse(status: .ok, headerFields: [.trailer: "X-Sum"])
        #expect(try exchange(request, answer, trailers: [name: "7"]).trailers == [name: "7"])
    }
}
