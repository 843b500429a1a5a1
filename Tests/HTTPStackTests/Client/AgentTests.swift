import Engine
import Glibc
import HTTPWire
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// One agent against origins that play raw bytes.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func secondRequestGoesOutOnTheFirstOnesSocket() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        for round in 0..<10 {
            let got = await rig.get(origin.address)
            #expect(got.status == 200 && got.text == "ok" && got.isReused == (round > 0))
        }
        #expect(origin.connections == 1)
        #expect(await rig.figures == [0, 0, 1, 0])
        #expect(await rig.snapshot().counters.reused == 9)
        #expect(await rig.homes[0].on { $0.buffers.inUse } == 0, "a free socket holds no block")
        await rig.close()
        origin.end()
    }

    @Test func requestReachesTheOriginAsWritten() async throws {
        let seen = Shared("")
        let origin = try ScriptedOrigin { client, _ in
            let text = client.receive(until: "body!")
            seen.update { $0 = text }
            client.send(Self.ok)
            _ = client.receive()
        }
        let rig = try AgentRig()
        let head = "POST /p HTTP/1.1\r\nHost: o\r\nContent-Length: 5\r\n\r\n"
        #expect(await rig.run(Call(head, body: Array("body!".utf8)), origin.address).status == 200)
        #expect(seen.value == head + "body!")
        await rig.close()
        origin.end()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n\r\nall of it", "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nall of it",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nall of it",
    ])
    func connectionThatTheOriginWillCloseIsNotReused(answer: String) async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(answer)
        }
        let rig = try AgentRig()
        for _ in 0..<3 {
            let got = await rig.get(origin.address)
            #expect(got.text == "all of it" && got.cut == nil && got.failure == nil && !got.isReused)
        }
        #expect(origin.connections == 3)
        await rig.close()
        origin.end()
    }

    @Test func http10OriginThatKeepsAliveIsReused() async throws {
        let origin = try ScriptedOrigin.answering(
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok")
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        #expect(await rig.get(origin.address).isReused)
        await rig.close()
        origin.end()
    }

    @Test func chunkedResponseGivesItsPayloadAndTrailers() async throws {
        let origin = try ScriptedOrigin.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: x\r\n\r\n")
        let rig = try AgentRig()
        for round in 0..<2 {
            let got = await rig.get(origin.address)
            #expect(got.text == "abcde" && got.trailers == 1 && got.isReused == (round == 1))
        }
        await rig.close()
        origin.end()
    }

    @Test func interimResponsesPrecedeTheFinalOne() async throws {
        let origin = try ScriptedOrigin.answering(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        )
        let rig = try AgentRig()
        for _ in 0..<2 {
            let got = await rig.get(origin.address)
            #expect(got.information == [100, 103] && got.status == 200 && got.text == "ok")
        }
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }

    @Test func responseToHEADHasNoBodyWhateverItsLengthSays() async throws {
        let origin = try ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")
        let rig = try AgentRig()
        for round in 0..<2 {
            let call = Call("HEAD / HTTP/1.1\r\nHost: o\r\n\r\n")
            call.request.method = .head
            let got = await rig.run(call, origin.address)
            #expect(got.status == 200 && got.body.isEmpty && got.isReused == (round == 1))
        }
        await rig.close()
        origin.end()
    }

    @Test func freeSocketThatTheOriginClosesLeavesThePool() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok)
        }
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        #expect(await rig.until([0, 0, 0, 0]))
        #expect(await rig.get(origin.address).status == 200)
        #expect(origin.connections == 2)
        await rig.close()
        origin.end()
    }

    @Test func reusedSocketThatDiesBeforeAnyByteIsStale() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok)
            // The second request finds a socket that was open when it was chosen.
            _ = client.receive(until: "\r\n\r\n")
        }
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        let got = await rig.get(origin.address)
        #expect(got.isReused && got.failure?.isStaleSocket == true)
        #expect(got.failure?.kind == .closedBeforeResponse)
        await rig.close()
        origin.end()
    }

    @Test func newSocketThatDiesBeforeAnyByteIsNotStale() async throws {
        let origin = try ScriptedOrigin { client, _ in _ = client.receive(until: "\r\n\r\n") }
        let rig = try AgentRig()
        let got = await rig.get(origin.address)
        #expect(got.failure == ExchangeFailure(.closedBeforeResponse))
        await rig.close()
        origin.end()
    }

    @Test func reusedSocketThatDiesInsideAHeadIsNotStale() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok)
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 20")
        }
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        let got = await rig.get(origin.address)
        #expect(got.failure == ExchangeFailure(.closedBeforeResponse))
        await rig.close()
        origin.end()
    }

    @Test func bytesThatNobodyAskedForEndAFreeSocket() async throws {
        let origin = try ScriptedOrigin { client, number in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok)
            guard number == 0 else { return }
            // In a packet of its own, so that the first response is over when it comes.
            usleep(20_000)
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
            _ = client.receive()
        }
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        #expect(await rig.until([0, 0, 0, 0]))
        let got = await rig.get(origin.address)
        #expect(got.text == "ok" && !got.isReused)
        await rig.close()
        origin.end()
    }

    @Test func bytesBehindAResponseEndItsSocket() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
            _ = client.receive()
        }
        let rig = try AgentRig()
        for _ in 0..<2 {
            let got = await rig.get(origin.address)
            #expect(got.text == "ok" && !got.isReused)
        }
        await rig.close()
        origin.end()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    ])
    func bodyThatEndsTooSoonIsCutOff(answer: String) async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(answer)
        }
        let rig = try AgentRig()
        let got = await rig.get(origin.address)
        #expect(got.text == "short" && got.cut?.kind == .truncated && got.failure == nil)
        await rig.close()
        origin.end()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 101 Switch\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nX : y\r\n\r\n",
    ])
    func whatIsNoResponseIsAFailure(answer: String) async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(answer)
        }
        let rig = try AgentRig()
        #expect(await rig.get(origin.address).failure?.kind == .badResponse)
        await rig.close()
        origin.end()
    }

    @Test func resetIsToldAsOne() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.reset()
        }
        let rig = try AgentRig()
        #expect(await rig.get(origin.address).failure == ExchangeFailure(.reset, errno: .connectionReset))
        await rig.close()
        origin.end()
    }

    @Test func originThatDoesNotListenRefuses() async throws {
        // Bound, so that nobody else takes the port, but not listening.
        let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(fd) }
        #expect(SocketAddress.ipv4(address: 0x7f00_0001, port: 0).withRaw { bind(fd, $0, $1) } == 0)
        let address = try #require(Peer.localAddress(of: fd))
        let rig = try AgentRig()
        #expect(await rig.get(address).failure == ExchangeFailure(.connectRefused, errno: .connectionRefused))
        #expect(await rig.snapshot().counters.dialsFailed == 1)
        await rig.close()
    }

    @Test func upgradeHandsTheSocketAndEarlyBytesOver() async throws {
        let seen = Shared<String?>(nil)
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nearly")
            let text = client.receiveText()
            seen.update { $0 = text }
        }
        let rig = try AgentRig()
        let call = Call("GET / HTTP/1.1\r\nHost: o\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
        call.request.wantsUpgrade = true
        let got = await rig.run(call, origin.address)
        #expect(got.status == 101 && got.upgrade == Array("early".utf8))
        #expect(await rig.figures == [0, 0, 0, 0], "the tunnel's socket is none of the pool's")
        origin.end()
        #expect(seen.value == "over to you")
        await rig.close()
    }
}
