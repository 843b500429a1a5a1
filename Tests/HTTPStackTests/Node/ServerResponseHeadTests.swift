import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Heads that a program writes in Node's way, byte for byte.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerResponseHeadTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    private static let end = "Connection: close\r\n\r\n"

    /// Rows 52, 62, 63.
    @Test func headHasStatusReasonAndFields() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.writeHead(299, "Very Odd", headers: ["X-A": "1", "Content-Length": "2"])
            #expect(response.statusCode == 299 && response.headersSent)
            response.end("ab")
        }
        #expect(text == "HTTP/1.1 299 Very Odd\r\nX-A: 1\r\nContent-Length: 2\r\n\(Self.end)ab")
    }

    /// Row 52.
    @Test func headIsWrittenOnce() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.writeHead(200)
            #expect(throws: OutgoingError.headersSent) { try response.writeHead(404) }
            response.end()
            #expect(throws: OutgoingError.headersSent) { try response.writeHead(404) }
        }
        #expect(text?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
    }

    /// Row 52.
    @Test(arguments: [0, 99, 100, 102, 199, 1000, -200])
    func statusThatIsNotFinalIsRefused(status: Int) async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(throws: OutgoingError.illegalStatus(status)) { try response.writeHead(status) }
            response.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
    }

    /// Row 62.
    @Test func illegalStatusOfTheImplicitHeadIsReported() async throws {
        let errors = Shared<[OutgoingError]>([])
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            response.onError = { error in errors.update { $0.append(error) } }
            response.statusCode = 42
            response.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n") == true)
        #expect(errors.value == [.illegalStatus(42)])
    }

    /// Row 53.
    @Test func fieldsOfWriteHeadTakeThePlaceOfThoseSetBefore() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.setHeader("X-A", "old")
            try response.setHeader("X-B", "stays")
            try response.writeHead(200, headers: ["x-a": "new", "Content-Length": "0"])
            response.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nX-B: stays\r\nx-a: new\r\nContent-Length: 0\r\n\(Self.end)")
    }

    /// Row 54.
    @Test func pairsKeepTheirOrderAndRepeatedNames() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            let pairs = [("X-B", "1"), ("X-A", "2"), ("X-B", "3"), ("Content-Length", "0")]
            try response.writeHead(200, headers: HeaderFields(pairs))
            response.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nX-B: 1\r\nX-A: 2\r\nX-B: 3\r\nContent-Length: 0\r\n\(Self.end)")
    }

    /// Rows 55, 62, 63.
    @Test func firstWriteSendsTheHeadThatWasSet() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(response.statusCode == 200 && response.statusMessage == nil)
            response.statusCode = 201
            response.statusMessage = "Made"
            try response.setHeader("X-A", "1")
            response.write("ab")
            response.end()
        }
        #expect(
            text == "HTTP/1.1 201 Made\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\(Self.end)2\r\nab\r\n0\r\n\r\n")
    }

    /// Row 57.
    @Test func withoutALengthABodyIsChunkedOrEndsWithTheConnection() async throws {
        let respond: (IncomingMessage, ServerResponse) -> Void = { _, response in
            response.write("abc")
            response.end()
        }
        let new = try await ServerRig.answer(to: Self.get, respond)
        #expect(new == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\(Self.end)3\r\nabc\r\n0\r\n\r\n")
        let old = try await ServerRig.answer(to: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", respond)
        #expect(old == "HTTP/1.1 200 OK\r\n\(Self.end)abc")
    }

    /// Row 57.
    @Test func chunkedIsNeverSentToAnHTTP10Client() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.0\r\n\r\n") { _, response in
            try response.setHeader("Transfer-Encoding", "chunked")
            response.end("abc")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\(Self.end)abc")
    }

    /// Row 58.
    @Test(arguments: [(204, ""), (304, "Content-Length: 5\r\n")])
    func bodilessStatusHasNoBodyAndTheConnectionLivesOn(status: Int, length: String) async throws {
        let requests = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get
        let text = try await ServerRig.answer(to: requests) { message, response in
            guard message.url == "/1" else { return response.end() }
            try response.writeHead(status, "X", headers: ["Content-Length": "5"])
            response.write("hello")
            response.end("again")
        }
        #expect(
            text == "HTTP/1.1 \(status) X\r\n\(length)Connection: keep-alive\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\(Self.end)")
    }

    /// Row 58.
    @Test(arguments: [204, 304]) func bodilessStatusIsNeverChunked(status: Int) async throws {
        let requests = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get
        let text = try await ServerRig.answer(to: requests) { message, response in
            guard message.url == "/1" else { return response.end() }
            try response.writeHead(status, "X", headers: ["Transfer-Encoding": "chunked"])
            response.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 \(status) X\r\nConnection: keep-alive\r\n\r\nHTTP/1.1 200") == true)
    }

    /// Row 59.
    @Test func answerToHEADHasItsFieldsAndNoBody() async throws {
        let requests = "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let text = try await ServerRig.answer(to: requests) { message, response in
            try response.setHeader("X-A", message.url)
            if message.url == "/1" { try response.setHeader("Content-Length", "500") }
            response.write("not to be sent")
            response.end()
        }
        #expect(
            text == "HTTP/1.1 200 OK\r\nX-A: /1\r\nContent-Length: 500\r\nConnection: keep-alive\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nX-A: /2\r\n\(Self.end)")
    }

    /// Row 60.
    @Test(arguments: [
        ("HTTP/1.1", "Host: a", "keep-alive"), ("HTTP/1.1", "Host: a\r\nConnection: close", "close"),
        ("HTTP/1.0", "Host: a", "close"), ("HTTP/1.0", "Connection: Keep-Alive", "keep-alive"),
    ])
    func connectionFieldSaysWhatBecomesOfIt(version: String, fields: String, expected: String) async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                response.sendDate = false
                response.end("x")
            }
        }
        let client = try rig.connect()
        client.send("GET / \(version)\r\n\(fields)\r\n\r\n")
        #expect(
            client.receive(until: "\r\n\r\nx")
                == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: \(expected)\r\n\r\nx")
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receive(1).end == (expected == "close" ? .ended : .open))
        await rig.close()
    }

    /// Rows 60, 69.
    @Test func removedConnectionFieldClosesWithoutSayingSo() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _, response in
            try response.removeHeader("connection")
            response.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
    }

    /// Row 60.
    @Test func connectionFieldOfTheProgramIsObeyed() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _, response in
            try response.setHeader("Connection", "Close, X-A")
            response.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nConnection: Close, X-A\r\nContent-Length: 1\r\n\r\nx")
    }

    /// Rows 64, 68.
    @Test func setHeaderReplacesInAnyCaseAndKeepsTheSpelling() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.setHeader("X-One", "1")
            try response.setHeader("Set-Cookie", ["a=1", "b=2"])
            try response.setHeader("x-oNe", "")
            #expect(response.getHeader("X-ONE") == "" && response.getHeader("set-cookie") == "a=1, b=2")
            #expect(response.getHeader("Date") == nil)
            response.end("x")
        }
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nx-oNe: \r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 1\r\n\(Self.end)x"
        )
    }

    /// Rows 64, 66, 69.
    @Test func fieldsCannotBeChangedWhenTheHeadIsSent() async throws {
        _ = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(!response.headersSent)
            response.write("x")
            #expect(response.headersSent)
            #expect(throws: OutgoingError.headersSent) { try response.setHeader("X-A", "1") }
            #expect(throws: OutgoingError.headersSent) { try response.removeHeader("X-A") }
            response.end()
        }
    }

    /// Rows 64, 65.
    @Test(arguments: ["a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "a\0b", " a", "a "])
    func valueThatWouldBreakOutOfItsLineIsRefused(value: String) async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(throws: OutgoingError.illegalValue(name: "X-A")) { try response.setHeader("X-A", value) }
            #expect(throws: OutgoingError.illegalValue(name: "X-A")) { try response.setHeader("X-A", ["a", value]) }
            #expect(throws: OutgoingError.illegalValue(name: "X-A")) {
                try response.writeHead(404, headers: ["X-B": "b", "X-A": value])
            }
            response.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\(Self.end)x", "nothing was changed")
    }

    /// Row 64.
    @Test(arguments: ["", "a b", "a:", "ä", "a\r\n"]) func nameThatIsNoTokenIsRefused(name: String) async throws {
        _ = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(throws: OutgoingError.illegalName(name)) { try response.setHeader(name, "x") }
            response.end()
        }
    }

    /// Row 67.
    @Test func dateIsAddedUnlessThereIsOneOrNoneIsWanted() async throws {
        func dates(_ prepare: @escaping (ServerResponse) throws -> Void) async throws -> [Substring] {
            let text = try await ServerRig.answer(to: Self.get) { _, response in
                response.sendDate = true
                try prepare(response)
                response.end()
            }
            return text?.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("date:") } ?? []
        }
        let own = try await dates { _ in }
        #expect(
            own.count == 1 && own.first?.wholeMatch(of: #/Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/#) != nil)
        #expect(try await dates { try $0.setHeader("date", "today") } == ["date: today"])
        #expect(try await dates { $0.sendDate = false }.isEmpty)
        #expect(try await dates { try $0.removeHeader("DATE") }.isEmpty)
    }

    /// Row 69.
    @Test func removedFieldsStayRemoved() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _, response in
            try response.setHeader("X-A", "1")
            for name in ["x-a", "connection", "content-length", "transfer-encoding", "date"] {
                try response.removeHeader(name)
            }
            response.end("to the end")
        }
        #expect(text == "HTTP/1.1 200 OK\r\n\r\nto the end")
    }

    /// Row 69.
    @Test func removedLengthLeavesChunks() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.removeHeader("Content-Length")
            response.end("abc")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\(Self.end)3\r\nabc\r\n0\r\n\r\n")
    }

    /// Row 69.
    @Test func removedFieldThatIsSetAgainIsSent() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get) { _, response in
            try response.removeHeader("Connection")
            try response.setHeader("connection", "keep-alive")
            response.end("x")
        }
        #expect(text?.hasPrefix("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nContent-Length: 1\r\n\r\nx") == true)
    }

    /// Rows 56, 57.
    @Test func lengthBesideATransferCodingIsNotSent() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.writeHead(200, headers: ["Content-Length": "5", "Transfer-Encoding": "gzip, chunked"])
            response.end("abc")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\(Self.end)3\r\nabc\r\n0\r\n\r\n")
    }

    /// Row 52.
    @Test func headLargerThanABlockIsSentWhole() async throws {
        let value = String(repeating: "v", count: 40_000)
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.writeHead(200, headers: ["X-A": value, "X-B": value, "Content-Length": "1"])
            response.end("x")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nX-A: \(value)\r\nX-B: \(value)\r\nContent-Length: 1\r\n\(Self.end)x")
    }
}
