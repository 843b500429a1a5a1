import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Requests as raw bytes over loopback, and the exact bytes that come back.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerExchangeTests {
    private func answer(_ body: String, _ more: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }

    @Test func connectionServesOneRequestAfterAnother() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        for index in 0..<20 {
            client.send("GET /n\(index) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.receive(until: "/n\(index)") == answer("/n\(index)"))
        }
        #expect(await rig.on { $0.acceptedCount } == 1)
        #expect(await rig.on { $0.idleCount } == 1)
        #expect(await rig.on { $0.loop.buffers.inUse } == 0, "an idle connection holds no block")
        await rig.close()
    }

    @Test func requestInSinglesBytesIsOneRequest() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        for byte in Array(
            "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: x\r\n\r\n".utf8)
        {
            client.send([byte])
        }
        #expect(client.receive(until: "/pab") == answer("/pab"))
        await rig.close()
    }

    @Test func pipelinedRequestsAreAnsweredInOrderThoughAnswersComeLate() async throws {
        let open = Shared(0)
        let most = Shared(0)
        let rig = try ServerRig { server in
            let loop = server.loop
            server.onRequest = { message, response in
                response.sendDate = false
                let now = open.update { value in
                    value += 1
                    return value
                }
                most.update { $0 = max($0, now) }
                let url = message.url
                let held = LoopBound(response)
                loop.post {
                    loop.post {
                        open.update { $0 -= 1 }
                        held.value(on: loop).end(url)
                    }
                }
            }
        }
        let client = try rig.connect()
        let requests = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        client.send(requests)
        client.finish()
        #expect(client.receiveText() == (0..<50).map { answer("/\($0)") }.joined())
        #expect(most.value == 1, "one request at a time")
        await rig.close()
    }

    @Test func pipelinedBodiesAreKeptApart() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nd\r\n0\r\n\r\n"
                + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(client.receiveText() == answer("/1abc") + answer("/2d") + answer("/3", "Connection: close\r\n"))
        await rig.close()
    }

    @Test func http10ClosesUnlessAskedToPersist() async throws {
        let rig = try ServerRig.echo()
        let first = try rig.connect()
        first.send("GET /a HTTP/1.0\r\n\r\n")
        #expect(first.receiveText() == answer("/a", "Connection: close\r\n"))
        let second = try rig.connect()
        second.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(second.receive(until: "/a") == answer("/a", "Connection: keep-alive\r\n"))
        second.send("GET /b HTTP/1.0\r\n\r\n")
        #expect(second.receiveText() == answer("/b", "Connection: close\r\n"))
        await rig.close()
    }

    @Test func bodyOfUnknownLengthIsChunkedForHTTP11AndUntilCloseForHTTP10() async throws {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                response.sendDate = false
                response.write("ab")
                response.write("c")
                response.end()
            }
        }
        let modern = try rig.connect()
        modern.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(
            modern.receive(until: "0\r\n\r\n")
                == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        let old = try rig.connect()
        old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(old.receiveText() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")
        await rig.close()
    }

    @Test func answerToHEADHasTheLengthAndNoBody() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\nGET /d HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receive(until: "/d") == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + answer("/d"))
        await rig.close()
    }

    @Test(arguments: [204, 304])
    func bodilessStatusHasNoBodyWhateverIsWritten(status: Int) async throws {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                response.sendDate = false
                try response.writeHead(status, "X")
                response.write("not to be sent")
                response.end()
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(client.receiveText() == "HTTP/1.1 \(status) X\r\nConnection: close\r\n\r\n")
        await rig.close()
    }

    @Test func expectationIsMetBeforeTheBodyIsSent() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send("PUT /u HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("ok")
        #expect(client.receive(until: "/uok") == answer("/uok"))
        await rig.close()
    }

    @Test func expectationOfHTTP10IsIgnored() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send("PUT /u HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok")
        #expect(client.receiveText() == answer("/uok", "Connection: close\r\n"))
        await rig.close()
    }

    @Test func connectHandsTheSocketAndEarlyBytesOver() async throws {
        let rig = try ServerRig { server in
            server.onConnect = { message, socket, early in
                _ = Array("HTTP/1.1 200 OK\r\n\r\n\(message.url) ".utf8 + early).withUnsafeBytes { socket.write($0) }
                socket.flush()
                socket.close()
            }
        }
        let client = try rig.connect()
        client.send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nearly GET / HTTP/1.1\r\n\r\n")
        #expect(client.receiveText() == "HTTP/1.1 200 OK\r\n\r\na:443 early GET / HTTP/1.1\r\n\r\n")
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    @Test func largeBodyArrivesWholeWithTrailers() async throws {
        let seen = Shared<(count: Int, sum: UInt64, trailer: String)>((0, 0, ""))
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                message.onData = { bytes in
                    let sum = bytes.reduce(UInt64(0)) { $0 &+ UInt64($1) }
                    let count = bytes.count
                    seen.update {
                        $0.count += count
                        $0.sum &+= sum
                    }
                }
                message.onEnd = {
                    let trailer = message.trailerHead.map { "\($0.fieldCount)" } ?? "none"
                    seen.update { $0.trailer = trailer }
                    response.end("ok")
                }
                message.resume()
            }
        }
        var random = SplitMix(seed: 6)
        let body = random.bytes(2_000_000)
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: body.count, by: 70_001) {
            let piece = Array(body[start..<min(body.count, start + 70_001)])
            client.send(String(piece.count, radix: 16) + "\r\n")
            client.send(piece)
            client.send("\r\n")
        }
        client.send("0\r\nDigest: x\r\n\r\n")
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nok") ?? false)
        #expect(seen.value.count == body.count)
        #expect(seen.value.sum == body.reduce(UInt64(0)) { $0 &+ UInt64($1) })
        #expect(seen.value.trailer == "1")
        await rig.close()
    }

    /// Row 161.
    @Test func pausedBodyHoldsTheClientBackAndResumesWhereItStopped() async throws {
        let held = Shared<LoopBound<IncomingMessage>?>(nil)
        let count = Shared(0)
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                message.onData = { bytes in
                    let size = bytes.count
                    let isFirst = count.update { value in
                        defer { value += size }
                        return value == 0
                    }
                    if isFirst { message.pause() }
                }
                message.onEnd = { response.end("done") }
                let bound = LoopBound(message)
                held.update { $0 = bound }
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20000000\r\n\r\n")
        let piece = [UInt8](repeating: 1, count: 65_536)
        var sent = 0
        var stuck = 0
        while stuck < 50 {
            let got = client.sendWithoutWaiting(piece[..<min(piece.count, 20_000_000 - sent)])
            sent += got
            stuck = got == 0 ? stuck + 1 : 0
            _ = await rig.on { $0.connectionCount }
        }
        #expect(sent < 20_000_000, "the kernel's buffers are all there is")
        #expect(count.value <= Block.capacity)
        let left = 20_000_000 - sent
        let writer = JoinableThread { client.send([UInt8](repeating: 1, count: left)) }
        await rig.home.on { loop in held.update { $0 }?.value(on: loop).resume() }
        #expect(client.receiveText()?.hasSuffix("done") ?? false)
        writer.join()
        #expect(count.value == 20_000_000)
        held.update { $0 = nil }
        await rig.close()
    }

    @Test func keptMessageAndResponseAreNotReused() async throws {
        let kept = Shared<[LoopBound<(IncomingMessage, ServerResponse)>]>([])
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                let bound = LoopBound((message, response))
                kept.update { $0.append(bound) }
                response.end("x")
            }
        }
        let client = try rig.connect()
        for index in 0..<3 {
            client.send("GET /n\(index) HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.receive(until: "\r\n\r\nx")
        }
        let urls = await rig.home.on { loop in kept.value.map { $0.value(on: loop).0.url } }
        #expect(urls == ["/n0", "/n1", "/n2"])
        let again = await rig.home.on { loop in
            kept.value.map { bound in
                let response = bound.value(on: loop).1
                return response.write("late") || response.mayPersist
            }
        }
        #expect(again == [false, false, false], "what is over writes nowhere")
        client.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!client.receive(until: "\r\n\r\nx").contains("late"))
        await rig.home.on { _ in kept.update { $0 = [] } }
        await rig.close()
    }
}
