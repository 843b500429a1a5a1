import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// `HTTP.METHODS`, `HTTP.STATUS_CODES`, and what `createServer` makes.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerTablesTests {
    private static let nodeMethods = [
        "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCOL",
        "MOVE", "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "REPORT", "SEARCH",
        "SUBSCRIBE", "TRACE", "UNLOCK", "UNSUBSCRIBE",
    ]

    /// Row 9.
    @Test func methodsAreSortedAndHoldAllOfNodes() {
        #expect(HTTP.METHODS == HTTP.METHODS.sorted())
        #expect(Self.nodeMethods.allSatisfy(HTTP.METHODS.contains))
        #expect(!HTTP.METHODS.contains(""))
    }

    /// Rows 9, 10, 155.
    @Test(arguments: nodeMethods.filter { $0 != "CONNECT" } + ["BREW", "get", "X_Y-Z"])
    func everyTokenIsAMethod(method: String) async throws {
        let request = "\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let text = try await ServerRig.answer(to: request) { message, response in
            try response.setHeader("X-Method", message.method)
            response.end()
        }
        #expect(text?.contains("\r\nX-Method: \(method)\r\n") == true)
    }

    /// Row 10.
    @Test func whatIsNoTokenIsNoMethod() async throws {
        let text = try await ServerRig.answer(to: "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n") { _, response in response.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 400 Bad Request\r\n") == true)
    }

    /// Row 11.
    @Test func statusCodesHaveTheirStandardPhrases() {
        #expect(HTTP.STATUS_CODES[404] == "Not Found" && HTTP.STATUS_CODES[100] == "Continue")
        #expect(HTTP.STATUS_CODES[302] == "Found" && HTTP.STATUS_CODES[418] == "I'm a Teapot")
        #expect(HTTP.STATUS_CODES[511] == "Network Authentication Required")
        #expect(HTTP.STATUS_CODES[299] == nil && HTTP.STATUS_CODES.count > 60)
    }

    /// Row 12.
    @Test func serverIsMadeWithAListenerOrWithout() throws {
        let loop = try EventLoop()
        let server = HTTP.createServer(on: loop) { _, response in response.end() }
        #expect(server.onRequest != nil && server.delegate == nil && server.address == nil)
        #expect(HTTP.createServer(on: loop).onRequest == nil)
    }

    /// Row 12.
    @Test func requestThatNobodyListensForIsAnswered404() async throws {
        let rig = try ServerRig.node { _ in }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 404 Not Found\r\n") == true)
        await rig.close()
    }

    /// Rows 41, 45.
    @Test func defaultsAreNodes() throws {
        let server = HTTP.createServer(on: try EventLoop())
        #expect(server.maxHeadersCount == 1000 && server.timeout == 120_000)
        server.maxHeadersCount = 0
        #expect(server.maxHeadersCount * 4 >= 61_440, "no head can have more")
    }

    /// Row 12.
    @Test func serverIsMadeOnTheLoopThatRuns() throws {
        let loop = try EventLoop()
        var made: Server?
        loop.soon { made = HTTP.createServer() }
        loop.runTurn()
        #expect(made?.loop === loop)
    }
}
