import TestSupport
import Testing

@testable import HTTPStack

/// What a handler sets, and the head that it makes: nothing that was set may break out of its line, or lie about the body.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerResponseTests {
    /// All bytes that a client gets for one request to a server that answers like this.
    private func answer(
        to method: String = "GET", _ respond: @escaping @Sendable (ServerResponse) throws -> Void
    ) async throws -> String? {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                response.sendDate = false
                try respond(response)
            }
        }
        let client = try rig.connect()
        client.send("\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = client.receiveText()
        await rig.close()
        return text
    }

    @Test(arguments: ["Fine\r\nSet-Cookie: a=1", "Fine\n", "Fine\r", "Fine\0", "\u{7f}"])
    func reasonThatWouldBreakOutOfItsLineIsRefused(reason: String) async throws {
        let text = try await answer { response in
            #expect(throws: OutgoingError.illegalReason) { try response.writeHead(200, reason) }
            response.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", "nothing was changed")
    }

    @Test func reasonOfTheImplicitHeadIsCheckedToo() async throws {
        let text = try await answer {
            $0.statusMessage = "A\r\nB: c"
            $0.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx")
    }

    @Test(arguments: ["Very  odd", "", "Un caf\u{e9}\tnoir"])
    func legalReasonIsSentAsItIs(reason: String) async throws {
        let text = try await answer {
            try $0.writeHead(299, reason)
            $0.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 299 \(reason)\r\n") ?? false)
    }

    @Test(arguments: ["+5", "-5", " 5", "5 ", "0x5", "5,5", "", "99999999999999999999"])
    func lengthThatIsNotDigitsIsRefused(length: String) async throws {
        let text = try await answer { response in
            #expect(throws: OutgoingError.illegalValue(name: "Content-Length")) {
                try response.setHeader("Content-Length", length)
            }
            response.write("hello")
            response.end()
        }
        #expect(
            text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    }

    @Test func endOfNothingSaysSoWithALength() async throws {
        #expect(
            try await answer { $0.end() } == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    @Test(arguments: [(204, "No Content"), (304, "Not Modified")])
    func endOfABodilessStatusInventsNoLength(status: Int, reason: String) async throws {
        let text = try await answer {
            $0.statusCode = status
            $0.end()
        }
        #expect(text == "HTTP/1.1 \(status) \(reason)\r\nConnection: close\r\n\r\n")
    }

    @Test func endForHEADInventsNoLengthAndKeepsOneThatWasSet() async throws {
        #expect(try await answer(to: "HEAD") { $0.end() } == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        let text = try await answer(to: "HEAD") {
            try $0.setHeader("Content-Length", "500")
            $0.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n")
    }

    @Test func endKeepsALengthThatWasSetSoThatTheBreachShows() async throws {
        let text = try await answer {
            try $0.setHeader("Content-Length", "5")
            $0.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", "and the connection ends")
    }

    @Test func connectionEndsWithAPartOfAHead() async throws {
        let rig = try ServerRig.echo { $0.headTimeoutMs = 60_000 }
        let client = try rig.connect()
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HT")
        client.finish()
        #expect(client.receiveText() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a")
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }
}
