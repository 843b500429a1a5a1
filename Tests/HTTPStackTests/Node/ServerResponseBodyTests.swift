import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Bodies that a program writes, and what it hears of them.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerResponseBodyTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    private static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

    /// Row 48.
    @Test func responseIsAStreamThatAnythingCanWriteTo() async throws {
        func fill(_ stream: some WritableStream) {
            _ = [UInt8]("abc".utf8).withUnsafeBytes { stream.write($0) }
            stream.end()
        }
        let text = try await ServerRig.answer(to: Self.get) { _, response in fill(response) }
        #expect(text == Self.chunkedHead + "3\r\nabc\r\n0\r\n\r\n")
    }

    /// Row 50.
    @Test func finishIsToldAfterEndHasReturnedAndNothingFollows() async throws {
        let events = Shared<[String]>([])
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            response.onFinish = { events.update { $0.append("finish") } }
            response.onClose = { events.update { $0.append("close") } }
            response.end("x")
            events.update { $0.append("returned") }
        }
        #expect(text?.hasSuffix("x") == true)
        #expect(events.value == ["returned", "finish"])
    }

    /// Row 50.
    @Test func finishWaitsUntilASlowClientHasReadWhatTheKernelDoesNotHold() async throws {
        let finished = Shared(false)
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                response.onFinish = { finished.update { $0 = true } }
                response.end([UInt8](repeating: 1, count: 30_000_000))
            }
        }
        let client = try rig.connect(bufferBytes: 65_536)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "\r\n\r\n")
        _ = await rig.on { $0.connectionCount }
        #expect(!finished.value)
        #expect(client.receive(30_000_000).end == .open)
        #expect(await untilTrue { finished.value })
        await rig.close()
    }

    /// Row 50.
    @Test func everyPipelinedResponseFinishesInItsTurn() async throws {
        let events = Shared<[String]>([])
        let requests = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let text = try await ServerRig.answer(to: requests) { message, response in
            let url = message.url
            response.onFinish = { events.update { $0.append(url) } }
            response.end("x")
        }
        #expect(text?.hasSuffix("x") == true)
        #expect(events.value == ["/1", "/2"])
    }

    /// Row 49.
    @Test func closeIsToldWhenTheClientGoesBeforeTheEnd() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                response.onFinish = { events.update { $0.append("finish") } }
                response.onClose = { events.update { $0.append("close") } }
                response.write("part")
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "part\r\n")
        client.reset()
        #expect(await untilTrue { !events.value.isEmpty })
        await rig.close()
        #expect(events.value == ["close"])
    }

    /// Row 49.
    @Test func closeIsToldWhenTheClientGoesBeforeAllIsOut() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                response.onFinish = { events.update { $0.append("finish") } }
                response.onClose = { events.update { $0.append("close") } }
                response.end([UInt8](repeating: 1, count: 30_000_000))
            }
        }
        let client = try rig.connect(bufferBytes: 65_536)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "\r\n\r\n")
        client.reset()
        #expect(await untilTrue { !events.value.isEmpty })
        await rig.close()
        #expect(events.value == ["close"])
    }

    /// Row 49.
    @Test func closeOfOnesOwnMakingComesAfterTheCall() async throws {
        let events = Shared<[String]>([])
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            response.onClose = { events.update { $0.append("close") } }
            response.write("part")
            response.destroy()
            events.update { $0.append("returned") }
        }
        #expect(text == Self.chunkedHead + "4\r\npart\r\n", "no last chunk")
        #expect(events.value == ["returned", "close"])
    }

    /// Row 56.
    @Test func bytesBeyondTheLengthAreNotSent() async throws {
        let requests = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get
        let text = try await ServerRig.answer(to: requests) { _, response in
            try response.setHeader("Content-Length", "3")
            response.write("ab")
            response.end("cd, and HTTP/1.1 200 OK")
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: "
        #expect(text == head + "keep-alive\r\n\r\nabc" + head + "close\r\n\r\nabc")
    }

    /// Row 56.
    @Test func responseShorterThanItsLengthEndsTheConnection() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") { _, response in
            try response.setHeader("Content-Length", "5")
            response.end("abc")
        }
        #expect(text?.hasSuffix("\r\n\r\nabc") == true, "the connection ends, so that the client knows")
    }

    /// Row 70.
    @Test func writesAreTextAndBytesAndStream() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                response.sendDate = false
                response.write("hé")
                server.loop.soon {
                    response.write([1, 2])
                    server.loop.soon { response.end("z") }
                }
            }
        }
        let client = try rig.connect()
        client.send(Self.get)
        #expect(client.receive(until: "\r\n\r\n") == Self.chunkedHead)
        let got = client.receive()
        #expect(got.bytes == Array("3\r\nhé\r\n2\r\n\u{1}\u{2}\r\n1\r\nz\r\n0\r\n\r\n".utf8) && got.end == .ended)
        await rig.close()
    }

    /// Row 71.
    @Test func writeOfNothingSendsNoChunk() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(response.write(""))
            #expect(response.write([]))
            response.write("a")
            #expect(response.write(""))
            response.end("")
        }
        #expect(text == Self.chunkedHead + "1\r\na\r\n0\r\n\r\n")
    }

    /// Row 72.
    @Test func writeReturnsFalseWhenTheClientDoesNotReadAndDrainFollows() async throws {
        let drains = Shared(0)
        let isBlocked = Shared(false)
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                // Small pieces are gathered: the program must come to know all the same.
                let piece = [UInt8](repeating: 1, count: 2_000)
                var left = 50_000
                while left > 0, response.write(piece) { left -= 1 }
                if left == 0 { return response.destroy() }
                response.onDrain = {
                    drains.update { $0 += 1 }
                    response.end()
                }
                isBlocked.update { $0 = true }
            }
        }
        let client = try rig.connect(bufferBytes: 65_536)
        client.send(Self.get)
        // A client that reads meanwhile may be as fast as the program.
        #expect(await untilTrue { isBlocked.value })
        #expect(client.receive().end == .ended)
        #expect(drains.value == 1)
        await rig.close()
    }

    /// Row 73.
    @Test func writeAfterEndIsReportedAndSendsNothing() async throws {
        let errors = Shared<[OutgoingError]>([])
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            response.onError = { error in errors.update { $0.append(error) } }
            response.end("x")
            #expect(!response.write("y"))
            #expect(errors.value.isEmpty, "not inside the call")
        }
        #expect(text?.hasSuffix("\r\n\r\nx") == true)
        #expect(errors.value == [.writeAfterEnd])
    }

    /// Row 74.
    @Test func whatIsNoTextAndNoBytesDoesNotCompile() async throws {
        // The overloads there are: text, bytes, borrowed bytes.
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            let writes: (Bool, Bool, Bool) = (
                response.write("a"), response.write([98] as [UInt8]),
                [UInt8]("c".utf8).withUnsafeBytes { response.write($0) }
            )
            #expect(writes == (true, true, true))
            response.end()
        }
        #expect(text == Self.chunkedHead + "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")
    }

    /// Rows 75, 77.
    @Test func trailersStandBehindTheLastChunk() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.setHeader("Trailer", "X-Sum")
            try response.addTrailers(["X-Sum": "1", "X-Empty": ""])
            response.write("a")
            try response.addTrailers(HeaderFields([("X-Sum", "2")]))
            response.end()
        }
        #expect(
            text == "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "1\r\na\r\n0\r\nX-Sum: 1\r\nX-Empty: \r\nX-Sum: 2\r\n\r\n")
    }

    /// Row 75.
    @Test func announcedTrailersKeepABodyChunkedThatIsWrittenAtOnce() async throws {
        let text = try await ServerRig.answer(to: Self.get) { _, response in
            try response.addTrailers(["X-Sum": "1"])
            response.end("a")
        }
        #expect(text == Self.chunkedHead + "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n")
    }

    /// Row 75.
    @Test(arguments: ["HTTP/1.0\r\n\r\n", "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
    func trailersOfABodyThatIsNotChunkedAreDropped(rest: String) async throws {
        let text = try await ServerRig.answer(to: "GET / \(rest)") { _, response in
            try response.setHeader("Content-Length", "1")
            try response.addTrailers(["X-Sum": "1"])
            response.end("a")
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na")
    }

    /// Row 75.
    @Test(arguments: ["Content-Length", "transfer-encoding", "Set-Cookie", "Host", "a b"])
    func fieldThatMustNotStandBehindABodyIsRefused(name: String) async throws {
        _ = try await ServerRig.answer(to: Self.get) { _, response in
            #expect(throws: OutgoingError.illegalName(name)) { try response.addTrailers([name: "1"]) }
            #expect(throws: OutgoingError.illegalValue(name: "X")) { try response.addTrailers(["X": "a\r\nb"]) }
            response.end()
        }
    }

    /// Rows 76, 77.
    @Test func endWritesItsDataAndASecondOneDoesNothing() async throws {
        let requests = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get
        let text = try await ServerRig.answer(to: requests) { _, response in
            response.write("a")
            #expect(!response.isFinished)
            response.end("b")
            #expect(response.isFinished)
            response.end("c")
            response.end()
        }
        let body = "1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
        #expect(text?.hasSuffix("Connection: keep-alive\r\n\r\n" + body + Self.chunkedHead + body) == true)
    }
}
