import Glibc
import TestSupport
import Testing

@testable import Tunnel

/// Tunnels between real sockets on a real loop.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct TunnelTests {
    private static let nothing = TunnelRig.Held(blocks: 0, pipes: 0)

    @Test(arguments: [1, 2, 4_096, 32_767, 32_768, 65_537, 1_000_003, 8 << 20], Peer.Kind.allCases)
    func bytesAreEqualBothWaysAtOnceAndBothEnd(size: Int, kind: Peer.Kind) async throws {
        let rig = try TunnelRig(kind)
        await rig.start()
        var random = SplitMix(seed: UInt64(size))
        let up = random.bytes(size)
        let down = random.bytes(size)
        let writers = [(rig.client, up), (rig.origin, down)].map { peer, bytes in
            JoinableThread {
                peer.send(bytes)
                peer.finish()
            }
        }
        let got = Results()
        let reader = JoinableThread { got.atOrigin = rig.origin.receive() }
        got.atClient = rig.client.receive()
        reader.join()
        for writer in writers { writer.join() }

        #expect(got.atOrigin?.bytes == up && got.atOrigin?.end == .ended)
        #expect(got.atClient?.bytes == down && got.atClient?.end == .ended)
        #expect(await rig.end() == .closed)
        #expect(await rig.bytes == .init(toOrigin: UInt64(size), toClient: UInt64(size)))
        #expect(await rig.held == Self.nothing)
        #expect(await rig.registered == 0)
        await rig.close()
    }

    /// SAFETY: `@unchecked Sendable`: each property has one writer, and is read after that has been joined.
    private final class Results: @unchecked Sendable {
        var atOrigin: (bytes: [UInt8], end: Peer.End)?
        var atClient: (bytes: [UInt8], end: Peer.End)?
    }

    @Test func smallMessagesGoBackAndForthWithoutWaitingForMore() async throws {
        let rig = try TunnelRig(.tcp)
        await rig.start()
        for round in UInt8(0)..<100 {
            rig.client.send([round])
            #expect(rig.origin.receive(1).bytes == [round])
            rig.origin.send([~round])
            #expect(rig.client.receive(1).bytes == [~round])
        }
        #expect(await rig.bytes == .init(toOrigin: 100, toClient: 100))
        await rig.close()
    }

    @Test(arguments: [1, 4_096, 4_097, 60_000, 3_000_000])
    func earlyBytesGoFirstAndExact(size: Int) async throws {
        let rig = try TunnelRig()
        var random = SplitMix(seed: 3)
        let early = random.bytes(size)
        let later = random.bytes(200_000)
        let writer = JoinableThread {
            rig.client.send(later)
            rig.client.finish()
        }
        let starting = Task { await rig.start(earlyToOrigin: early, earlyToClient: Array("hello".utf8)) }
        #expect(rig.origin.receive().bytes == early + later)
        #expect(rig.client.receive(5).bytes == Array("hello".utf8))
        writer.join()
        await starting.value
        #expect(await rig.bytes == .init(toOrigin: UInt64(size + 200_000), toClient: 5))
        await rig.close()
    }

    @Test(arguments: [TunnelSide.client, .origin])
    func halfCloseDeliversEverythingBeforeFINAndTheOtherWayLivesOn(side: TunnelSide) async throws {
        let rig = try TunnelRig(.tcp)
        await rig.start()
        let (ending, other) = side == .client ? (rig.client, rig.origin) : (rig.origin, rig.client)
        var random = SplitMix(seed: 4)
        let bytes = random.bytes(500_000)
        let writer = JoinableThread {
            ending.send(bytes)
            ending.finish()
        }
        let got = other.receive()
        writer.join()
        #expect(got.bytes == bytes && got.end == .ended)
        #expect(await rig.isHalfClosed)

        for round in UInt8(0)..<10 {
            other.send([round])
            #expect(ending.receive(1).bytes == [round])
        }
        other.finish()
        #expect(ending.receive().end == .ended)
        #expect(await rig.end() == .closed)
        await rig.close()
    }

    @Test func clientThatEndedBeforeTheTunnelBeganIsToldToTheOriginBehindEarlyBytes() async throws {
        let rig = try TunnelRig()
        await rig.start(earlyToOrigin: Array("last words".utf8), clientEnded: true)
        let got = rig.origin.receive()
        #expect(got.bytes == Array("last words".utf8) && got.end == .ended)
        rig.origin.send(Array("answer".utf8))
        #expect(rig.client.receive(6).bytes == Array("answer".utf8))
        rig.origin.finish()
        #expect(await rig.end() == .closed)
        await rig.close()
    }

    @Test func bothEndedBeforeTheTunnelBeganIsACleanClose() async throws {
        let rig = try TunnelRig()
        await rig.start(earlyToOrigin: [1], earlyToClient: [2], clientEnded: true, originEnded: true)
        #expect(await rig.end() == .closed)
        #expect(rig.origin.receive().bytes == [1])
        #expect(rig.client.receive().bytes == [2])
        await rig.close()
    }

    @Test(arguments: [(TunnelSide.client, TunnelEnd.clientReset), (.origin, .originReset)])
    func resetOfOneSideResetsTheOther(side: TunnelSide, end: TunnelEnd) async throws {
        let rig = try TunnelRig(.tcp)
        await rig.start()
        let (failing, other) = side == .client ? (rig.client, rig.origin) : (rig.origin, rig.client)
        failing.send([7])
        #expect(other.receive(1).bytes == [7])
        failing.reset()
        #expect(other.receive().end == .failed(ECONNRESET))
        #expect(await rig.end() == end)
        #expect(await rig.endCount == 1)
        #expect(await rig.registered == 0)
        await rig.close()
    }

    @Test func originThatIsGoneWhileBytesFlowIsAResetOfTheOrigin() async throws {
        let rig = try TunnelRig(.tcp, bufferBytes: 8_192)
        await rig.start()
        let writer = JoinableThread {
            // Until the tunnel is gone.
            while rig.client.send([UInt8](repeating: 1, count: 65_536)) {}
        }
        _ = rig.origin.receive(100_000)
        rig.origin.reset()
        #expect(await rig.end() == .originReset)
        writer.join()
        #expect(await rig.held == Self.nothing, "the pipe that held bytes went back or was closed")
        await rig.close()
    }

    @Test(arguments: [TunnelSide.client, .origin])
    func pipeThatHoldsBytesAtTheEndIsNotLost(side: TunnelSide) async throws {
        let rig = try TunnelRig()
        await rig.start()
        let (source, sink) = side == .client ? (rig.client, rig.origin) : (rig.origin, rig.client)
        let writer = JoinableThread { while source.send([UInt8](repeating: 1, count: 65_536)) {} }
        // Nobody reads: the sink is soon full, and what was spliced last stays in the pipe. When it was a copy that found the
        // sink full, some reading brings another chance.
        var polls = 0
        let isHolding = await untilTrue {
            polls += 1
            if polls % 500 == 0 { _ = sink.receive(200_000) }
            return await rig.held.pipes == 1
        }
        #expect(isHolding)
        await rig.stop()
        #expect(await rig.held == Self.nothing)
        writer.join()
        await rig.close()
    }

    @Test func blockedTunnelSleeps() async throws {
        let rig = try TunnelRig()
        // More than the kernel takes, before the tunnel listens to its sockets; and a client with more to say.
        rig.client.send([1, 2, 3])
        await rig.start(earlyToOrigin: [UInt8](repeating: 0, count: 4 << 20))
        #expect(await rig.turns(duringMs: 30) < 100)
        await rig.close()
    }

    @Test func slowSinkHoldsItsSourceBackAndLosesNothing() async throws {
        let rig = try TunnelRig(bufferBytes: 8_192)
        await rig.start()
        var random = SplitMix(seed: 5)
        let bytes = random.bytes(3_000_000)
        // Nobody reads: what goes in is bounded by the sockets' buffers, a pipe and a queued block.
        var sent = 0
        var stuck = 0
        while stuck < 50 {
            let count = rig.client.sendWithoutWaiting(bytes[sent...])
            sent += count
            stuck = count == 0 ? stuck + 1 : 0
            _ = await rig.held
        }
        #expect(sent < 1_000_000)
        let held = await rig.held
        #expect(held.blocks <= 2 && held.pipes <= 1)

        let rest = Array(bytes[sent...])
        let writer = JoinableThread {
            rig.client.send(rest)
            rig.client.finish()
        }
        let got = rig.origin.receive(chunk: 3_001)
        writer.join()
        #expect(got.bytes == bytes && got.end == .ended)
        #expect(await rig.held == Self.nothing)
        await rig.close()
    }

    @Test func oneDirectionThatIsBlockedDoesNotStopTheOther() async throws {
        let rig = try TunnelRig(bufferBytes: 8_192)
        await rig.start()
        var stuck = 0
        let piece = [UInt8](repeating: 1, count: 8_192)
        while stuck < 50 {
            stuck = rig.client.sendWithoutWaiting(piece[...]) == 0 ? stuck + 1 : 0
            _ = await rig.held
        }
        for round in UInt8(0)..<50 {
            rig.origin.send([round])
            #expect(rig.client.receive(1).bytes == [round])
        }
        await rig.close()
    }

    @Test func idleTunnelHoldsNothing() async throws {
        let rig = try TunnelRig()
        await rig.start()
        #expect(await rig.held == Self.nothing, "before the first byte")
        rig.client.send(Array("ping".utf8))
        _ = rig.origin.receive(4)
        #expect(await rig.held == Self.nothing, "after a copy")
        let bulk = [UInt8](repeating: 9, count: 2 << 20)
        let writer = JoinableThread { rig.client.send(bulk) }
        #expect(rig.origin.receive(bulk.count).bytes == bulk)
        writer.join()
        #expect(await rig.held == Self.nothing, "after a splice")
        #expect(await rig.registered == 2)
        await rig.close()
    }

    @Test func idleTunnelEndsWithFINToBoth() async throws {
        let rig = try TunnelRig(.tcp, options: TunnelOptions(idleTimeoutMs: 30))
        await rig.start()
        #expect(rig.client.receive().end == .ended)
        #expect(rig.origin.receive().end == .ended)
        #expect(await rig.end() == .idle)
        #expect(await rig.registered == 0)
        await rig.close()
    }

    @Test func halfClosedTunnelWithoutProgressIsReset() async throws {
        let rig = try TunnelRig(.tcp, options: TunnelOptions(idleTimeoutMs: nil, halfClosedTimeoutMs: 30))
        await rig.start()
        rig.client.finish()
        #expect(rig.origin.receive().end == .ended)
        #expect(await rig.end() == .halfClosed)
        #expect(rig.client.receive().end == .failed(ECONNRESET))
        await rig.close()
    }

    @Test func stopClosesBothSidesAndIsToldOnce() async throws {
        let rig = try TunnelRig(.tcp)
        await rig.start()
        await rig.stop()
        await rig.stop()
        #expect(await rig.end() == .shutdown)
        #expect(rig.client.receive().end == .ended)
        #expect(rig.origin.receive().end == .ended)
        #expect(await rig.endCount == 1)
        await rig.close()
    }
}
