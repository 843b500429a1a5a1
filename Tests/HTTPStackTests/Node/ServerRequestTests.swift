import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Requests on their way to a program's handler.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerRequestTests {
    private static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }
    private static let close = "Connection: close\r\n"

    /// Row 7.
    @Test func bodyIsHandedOutAsItCameWhateverItsCoding() async throws {
        let seen = Shared<[UInt8]>([])
        let body: [UInt8] = [0x1f, 0x8b, 8, 0, 255, 0, 13, 10]
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onData = { bytes in
                    let bytes = Array(bytes)
                    seen.update { $0 += bytes }
                }
                message.onEnd = { response.end() }
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\(Self.close)\r\n")
        client.send(body)
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 200") == true)
        #expect(seen.value == body)
        await rig.close()
    }

    /// Row 8.
    @Test func bodyStreamsPieceByPiece() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onData = { response.write($0) }
                message.onEnd = { response.end() }
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in ["a", "b", "c"] {
            client.send("1\r\n\(piece)\r\n")
            #expect(client.receive(until: "1\r\n\(piece)\r\n").hasSuffix(piece + "\r\n"), "before the next is sent")
        }
        client.send("0\r\n\r\n")
        #expect(client.receive(until: "0\r\n\r\n") == "0\r\n\r\n")
        #expect(await rig.on { $0.loop.buffers.inUse } == 0, "nothing of it is held")
        await rig.close()
    }

    /// Rows 15, 16.
    @Test func pipelinedRequestsArriveInOrderAndSoDoTheirAnswers() async throws {
        let order = Shared<[String]>([])
        let requests = Self.get("/1") + Self.get("/2") + Self.get("/3", Self.close)
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                response.sendDate = false
                let url = message.url
                order.update { $0.append(url) }
                // The first takes longest.
                if url == "/1" {
                    server.loop.soon { server.loop.soon { response.end(url) } }
                } else {
                    response.end(url)
                }
            }
        }
        let client = try rig.connect()
        client.send(requests)
        let text = client.receiveText() ?? ""
        let answers = text.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(2) }
        #expect(answers == ["/1", "/2", "/3"] && order.value == ["/1", "/2", "/3"])
        await rig.close()
    }

    /// Row 17.
    @Test func floodOfPipelinedRequestsWaitsForAClientThatDoesNotRead() async throws {
        let served = Shared(0)
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                served.update { $0 += 1 }
                response.end([UInt8](repeating: 1, count: 100_000))
            }
        }
        let client = try rig.connect(bufferBytes: 16_384)
        let flood = Array(String(repeating: Self.get("/"), count: 2_000).utf8)
        var sent = 0
        var stuck = 0
        while stuck < 50, sent < flood.count {
            let got = client.sendWithoutWaiting(flood[sent...])
            sent += got
            stuck = got == 0 ? stuck + 1 : 0
            _ = await rig.on { $0.connectionCount }
        }
        _ = await rig.on { $0.connectionCount }
        #expect(served.value < 200, "far from all 2000")
        await rig.close()
    }

    /// Row 18.
    @Test func bodyThatNobodyReadsIsDroppedAndTheConnectionServesOn() async throws {
        let body = String(repeating: "x", count: 50_000)
        let post = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
        let text = try await ServerRig.answer(to: post + Self.get("/2", Self.close)) { message, response in
            response.end(message.url)
        }
        #expect(text?.contains("\r\n\r\n/1HTTP/1.1 200") == true && text?.hasSuffix("\r\n\r\n/2") == true)
    }

    /// Row 41.
    @Test(arguments: [(9, 200), (10, 431)])
    func moreFieldsThanAllowedAreRefusedAndNeverCut(extra: Int, status: Int) async throws {
        let rig = try ServerRig.node { server in
            server.maxHeadersCount = 10
            server.onRequest = { message, response in
                #expect(message.rawHeaders.count == 20)
                response.end()
            }
        }
        let client = try rig.connect()
        let fields = (0..<extra).map { "X-\($0): \($0)\r\n" }.joined()
        client.send(Self.get("/", fields))
        #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "))
        await rig.close()
    }

    /// Row 41.
    @Test func changeOfMaxHeadersCountHoldsForTheNextRequest() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                server.maxHeadersCount = 2
                response.end("x")
            }
        }
        let client = try rig.connect()
        let request = Self.get("/", "A: 1\r\nB: 2\r\n")
        client.send(request)
        #expect(client.receive(until: "\r\n\r\nx").hasPrefix("HTTP/1.1 200"))
        client.send(request)
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 431") == true)
        await rig.close()
    }

    /// Row 42.
    @Test(arguments: [(61_440, 200), (61_441, 431)])
    func headLargerThanTheLimitIsRefused(bytes: Int, status: Int) async throws {
        let empty = Self.get("/", Self.close + "X: \r\n").utf8.count
        let value = String(repeating: "x", count: bytes - empty)
        let text = try await ServerRig.answer(to: Self.get("/", Self.close + "X: \(value)\r\n")) { _, response in
            response.end()
        }
        #expect(text?.hasPrefix("HTTP/1.1 \(status) ") == true)
    }

    /// Row 47.
    @Test func clientThatHasEndedItsSideStillGetsItsAnswer() async throws {
        let held = Shared<LoopBound<ServerResponse>?>(nil)
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                let bound = LoopBound(response)
                held.update { $0 = bound }
            }
        }
        let client = try rig.connect()
        client.send(Self.get("/"))
        client.finish()
        #expect(await untilTrue { held.value != nil })
        await rig.home.on { loop in
            held.value?.value(on: loop).end("late")
            held.update { $0 = nil }
        }
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nlate") == true)
        await rig.close()
    }

    /// Rows 47, 148.
    @Test func requestThatIsCutOffIsAbortedAndClosedOnce() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onAborted = { _ in events.update { $0.append("aborted") } }
                message.onClose = { events.update { $0.append("close") } }
                message.onEnd = { events.update { $0.append("end") } }
                response.onClose = { events.update { $0.append("response close") } }
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc")
        client.finish()
        #expect(await untilTrue { events.value.count == 3 })
        await rig.close()
        #expect(events.value == ["aborted", "close", "response close"])
    }

    /// Row 147.
    @Test func messageIsAStreamThatFlowsWhenItIsListenedTo() async throws {
        let text = try await ServerRig.answer(
            to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\(Self.close)\r\nabc"
        ) { message, response in
            try response.setHeader("Content-Length", "3")
            message.pipe(to: response)
            #expect(response.payloadBytes == 0, "nothing inside the call")
        }
        #expect(text?.hasSuffix("\r\n\r\nabc") == true)
    }

    /// Rows 147, 161.
    @Test func pausedMessageDoesNotFlowWhenItIsListenedTo() async throws {
        let events = Shared<[String]>([])
        let text = try await ServerRig.answer(
            to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\(Self.close)\r\nabc"
        ) { message, response in
            message.pause()
            message.onData = { _ in events.update { $0.append("data") } }
            message.onEnd = { response.end() }
            EventLoop.current?.soon {
                EventLoop.current?.soon {
                    events.update { $0.append("resume") }
                    message.resume()
                    events.update { $0.append("resumed") }
                }
            }
        }
        #expect(text?.hasPrefix("HTTP/1.1 200") == true)
        #expect(events.value == ["resume", "resumed", "data"])
    }

    /// Row 147.
    @Test func endOfAMessageWithoutABodyIsToldLater() async throws {
        let events = Shared<[String]>([])
        _ = try await ServerRig.answer(to: Self.get("/", Self.close)) { message, response in
            message.onEnd = { events.update { $0.append("end") } }
            message.resume()
            response.end()
            events.update { $0.append("returned") }
        }
        #expect(events.value == ["returned", "end"])
    }

    /// Row 159.
    @Test func messageAndResponseKnowTheirSocket() async throws {
        _ = try await ServerRig.answer(to: Self.get("/", Self.close)) { message, response in
            #expect(message.socket != nil && message.connection === message.socket)
            #expect(response.socket === message.socket)
            #expect(message.socket?.remoteAddress?.host == "127.0.0.1")
            response.end()
        }
    }

    /// Row 159.
    @Test func destroyedSocketEndsItsExchange() async throws {
        let events = Shared<[String]>([])
        let text = try await ServerRig.answer(to: Self.get("/")) { message, response in
            response.onClose = { events.update { $0.append("close") } }
            message.socket?.destroy()
            events.update { $0.append("destroyed") }
            #expect(message.socket == nil)
        }
        #expect(text ?? "" == "")
        #expect(events.value == ["destroyed", "close"])
    }

    /// Rows 150, 156.
    @Test func messageThatIsKeptStaysReadable() async throws {
        let kept = Shared<[LoopBound<IncomingMessage>]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                let bound = LoopBound(message)
                kept.update { $0.append(bound) }
                response.end("x")
            }
        }
        let client = try rig.connect()
        for index in 0..<3 {
            client.send(Self.get("/\(index)", "X-Index: \(index)\r\n"))
            _ = client.receive(until: "\r\n\r\nx")
        }
        let seen = await rig.home.on { loop in
            kept.update { taken in
                defer { taken = [] }
                return taken.map { $0.value(on: loop) }.map {
                    "\($0.url) \($0.headers["x-index"] ?? "") \($0.socket == nil)"
                }
            }
        }
        #expect(seen == ["/0 0 true", "/1 1 true", "/2 2 true"])
        await rig.close()
    }
}
