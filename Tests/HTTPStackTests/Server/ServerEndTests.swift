import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// How connections come to their end: errors, deadlines, clients that go, and the server's own stop.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerEndTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\nHost : a\r\n\r\n", 400), ("\u{1}\u{2}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501), ("GET / HTTP/3.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 200_000) + "\r\n\r\n", 431),
    ])
    func whatIsNoRequestIsAnsweredAndTheConnectionCloses(text: String, status: Int) async throws {
        let rig = try ServerRig.echo { $0.drainMs = 50 }
        let client = try rig.connect()
        client.send(text)
        let got = client.receiveText() ?? "reset"
        #expect(got.hasPrefix("HTTP/1.1 \(status) "))
        #expect(got.contains("\r\nConnection: close\r\n"))
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    @Test func answersBeforeTheMistakeAreStillSent() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nbad\r\n\r\n")
        let got = client.receiveText() ?? "reset"
        #expect(got.contains("\r\n\r\n/1HTTP/1.1 200 OK"))
        #expect(got.contains("\r\n\r\n/2HTTP/1.1 400 "))
        await rig.close()
    }

    @Test func headThatDoesNotArriveInTimeIsAnswered408() async throws {
        let rig = try ServerRig.echo { $0.headTimeoutMs = 200 }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost:")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 408 ") ?? false)
        await rig.close()
    }

    @Test func trickledHeadDoesNotExtendItsTime() async throws {
        let rig = try ServerRig.echo {
            $0.headTimeoutMs = 200
            $0.drainMs = 500
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nX: ")
        let dripping = JoinableThread {
            // A byte now and then, until the server has had enough.
            for _ in 0..<2_000 where client.sendWithoutWaiting([0x61]) > 0 { usleep(2_000) }
        }
        let got = client.receive(12)
        #expect(String(decoding: got.bytes, as: UTF8.self) == "HTTP/1.1 408")
        #expect(await rig.until { $0.connectionCount == 0 })
        dripping.join()
        await rig.close()
    }

    @Test func connectionWithoutAnyByteIsClosedSilently() async throws {
        let rig = try ServerRig.echo { $0.headTimeoutMs = 30 }
        let client = try rig.connect()
        #expect(client.receiveText() == "")
        await rig.close()
    }

    @Test func idleConnectionIsClosedSilentlyAfterTheKeepAliveTime() async throws {
        let rig = try ServerRig.echo { $0.keepAliveTimeoutMs = 30 }
        let client = try rig.connect()
        client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receiveText()?.hasSuffix("\r\n\r\n/x") ?? false)
        await rig.close()
    }

    @Test func bodyThatStopsArrivingIsAnswered408() async throws {
        let rig = try ServerRig.echo { $0.bodyTimeoutMs = 30 }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        let got = client.receiveText() ?? "reset"
        #expect(got.hasPrefix("HTTP/1.1 408 ") && got.contains("Connection: close\r\n"))
        await rig.close()
    }

    @Test func malformedChunkIsAnswered400() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naX")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 400 ") ?? false)
        await rig.close()
    }

    @Test func clientThatHasEndedItsSideGetsItsAnswer() async throws {
        let rig = try ServerRig { server in
            let loop = server.loop
            server.onRequest = { _, response in
                let held = LoopBound(response)
                loop.post { loop.post { held.value(on: loop).end("late") } }
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finish()
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nlate") ?? false)
        await rig.close()
    }

    @Test func clientThatEndsInsideItsRequestIsGone() async throws {
        let closes = Shared(0)
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                response.onClose = { closes.update { $0 += 1 } }
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        client.finish()
        #expect(await rig.until { $0.connectionCount == 0 })
        #expect(closes.value == 1)
        await rig.close()
    }

    @Test func clientThatResetsWhileItsAnswerIsMadeIsToldOnce() async throws {
        let closes = Shared(0)
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                response.onClose = { closes.update { $0 += 1 } }
                response.write("part")
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "part\r\n")
        client.reset()
        #expect(await rig.until { $0.connectionCount == 0 })
        #expect(await untilTrue { closes.value == 1 })
        await rig.close()
    }

    @Test func unreadBodyOfAnAnsweredRequestIsDrainedAndTheConnectionPersists() async throws {
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                response.sendDate = false
                response.end(message.url)
            }
        }
        let client = try rig.connect()
        client.send("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        #expect(client.receive(until: "/first").hasPrefix("HTTP/1.1 200"))
        client.send([UInt8](repeating: 0x47, count: 100_000))
        client.send("GET /then HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receive(until: "/then") == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n/then")
        #expect(await rig.on { $0.acceptedCount } == 1)
        await rig.close()
    }

    @Test func unreadBodyBeyondTheBoundEndsTheConnectionButNotTheAnswer() async throws {
        let rig = try ServerRig {
            $0.drainBytes = 50_000
        } setUp: { server in
            server.onRequest = { _, response in response.end("early") }
        }
        let client = try rig.connect()
        client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n")
        client.send([UInt8](repeating: 0x47, count: 80_000))
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nearly") ?? false, "no reset before the answer is read")
        client.finish()
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    @Test func requestThatArrivedBeforeTheServerWasToStopIsServed() async throws {
        let rig = try ServerRig.echo()
        let known = try rig.connect()
        known.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(known.receive(until: "/one").hasPrefix("HTTP/1.1 200 "))
        let unknown = await rig.on { server -> Peer? in
            // The loop is busy with this, so it has seen neither connection nor request when it drains.
            let unknown = try? rig.connect()
            for (client, target) in [(known, "/two"), (unknown, "/three")] {
                client?.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            server.drain()
            return unknown
        }
        for (client, target) in [(known, "/two"), (unknown, "/three")] {
            let got = client?.receiveText() ?? "reset"
            #expect(got.contains("\r\nConnection: close\r\n"))
            #expect(got.hasSuffix("\r\n\r\n\(target)"))
        }
        await rig.close()
    }

    @Test func drainIsBoundedInTime() async throws {
        let rig = try ServerRig {
            $0.drainMs = 20
        } setUp: { server in
            server.onRequest = { _, response in response.end("early") }
        }
        let client = try rig.connect()
        client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nearly") ?? false)
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    @Test func closeWithUnreadBytesIsNoReset() async throws {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                try response.setHeader("Connection", "close")
                response.end("bye")
            }
        }
        let client = try rig.connect()
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receiveText()?.hasSuffix("\r\n\r\nbye") ?? false)
        await rig.close()
    }

    @Test func clientThatTakesNothingIsGivenUp() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig {
            $0.writeStallMs = 40
        } setUp: { server in
            server.onRequest = { _, response in
                response.onClose = { events.update { $0.append("closed") } }
                try response.writeHead(200, headers: ["Content-Length": "50000000"])
                let piece = String(repeating: "x", count: 1 << 20)
                for _ in 0..<50 where response.write(piece) {}
                let isBlocked = response.isBlocked
                events.update { $0.append("blocked \(isBlocked)") }
            }
        }
        let client = try rig.connect(bufferBytes: 8_192)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await rig.until { $0.connectionCount == 0 && events.value.count == 2 })
        #expect(events.value == ["blocked true", "closed"])
        #expect(client.receive().end == .failed(ECONNRESET), "a part must not pass for the whole")
        await rig.close()
    }

    @Test func blockedResponseIsDrainedAsTheClientReads() async throws {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                try response.writeHead(200, headers: ["Content-Length": "\(20 << 20)"])
                var left = 20
                let piece = String(repeating: "x", count: 1 << 20)
                let pump = {
                    while left > 0 {
                        left -= 1
                        if !response.write(piece) { break }
                    }
                    if left == 0 { response.end() }
                }
                response.onDrain = { if left > 0 { pump() } }
                pump()
            }
        }
        let client = try rig.connect(bufferBytes: 65_536)
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let got = client.receive(until: "\r\n\r\n")
        #expect(got.hasPrefix("HTTP/1.1 200"))
        let body = client.receive()
        #expect(body.bytes.count == 20 << 20 && body.end == .ended)
        await rig.close()
    }

    @Test func responseShorterThanItsLengthEndsTheConnectionAfterWhatThereIs() async throws {
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                try response.writeHead(200, headers: ["Content-Length": "10"])
                response.write("short")
                response.end()
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let got = String(decoding: client.receive().bytes, as: UTF8.self)
        #expect(got.contains("Content-Length: 10\r\n") && got.hasSuffix("\r\n\r\nshort"), "no second answer")
        await rig.close()
    }

    @Test func brokenResponseWhoseEndIsTheStreamsEndIsReset() async throws {
        let rig = try ServerRig { server in
            let loop = server.loop
            server.onRequest = { _, response in
                response.write("part")
                let held = LoopBound(response)
                loop.post { loop.post { held.value(on: loop).destroy() } }
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.0\r\n\r\n")
        #expect(client.receive().end == .failed(ECONNRESET), "FIN would make the part the whole")
        await rig.close()
    }

    @Test func drainClosesIdleConnectionsAndLetsOthersFinish() async throws {
        let held = Shared<LoopBound<ServerResponse>?>(nil)
        let rig = try ServerRig { server in
            server.onRequest = { message, response in
                if message.url == "/idle" { return response.end("idle") }
                let bound = LoopBound(response)
                held.update { $0 = bound }
            }
        }
        let idle = try rig.connect()
        idle.send("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = idle.receive(until: "\r\n\r\nidle")
        let busy = try rig.connect()
        busy.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await rig.until { _ in held.value != nil })

        await rig.on { $0.drain() }
        #expect(idle.receiveText() == "")
        // Whoever has the port by now: it is not this server.
        _ = try? rig.connect()
        #expect(await rig.on { $0.acceptedCount } == 2)
        #expect(await rig.on { $0.connectionCount } == 1)

        await rig.home.on { loop in
            held.value?.value(on: loop).end("done")
            held.update { $0 = nil }
        }
        let got = busy.receiveText() ?? "reset"
        #expect(got.contains("\r\nConnection: close\r\n") && got.hasSuffix("\r\n\r\ndone"))
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    @Test func destroyCutsOffWhatIsOpen() async throws {
        let closes = Shared(0)
        let rig = try ServerRig { server in
            server.onRequest = { _, response in
                response.onClose = { closes.update { $0 += 1 } }
                response.write("part")
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "part\r\n")
        await rig.on { $0.destroy() }
        #expect(client.receive().end == .failed(ECONNRESET))
        #expect(await untilTrue { closes.value == 1 })
        await rig.close()
    }
}
