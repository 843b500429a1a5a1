import Engine
import TestSupport
import Testing

@testable import Tunnel

/// Tunnels whose directions move no more than a meter allows.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ShapedTunnelTests {
    @Test(arguments: [TunnelSide.client, .origin])
    func nothingMovesBeyondTheAllowanceAndTheOtherWayIsFree(side: TunnelSide) async throws {
        let rig = try TunnelRig(.tcp)
        let meter = HandMeter(1000)
        await rig.start(meters: side == .client ? (meter, nil) : (nil, meter))
        let (source, sink) = side == .client ? (rig.client, rig.origin) : (rig.origin, rig.client)
        source.send([UInt8](repeating: 1, count: 5000))
        #expect(sink.receive(1000).bytes.count == 1000)
        // The unshaped way has been used after it: what was going to come has come.
        sink.send([2])
        #expect(source.receive(1).bytes == [2])
        let before = await rig.bytes
        #expect(side == .client ? before.toOrigin == 1000 : before.toClient == 1000)
        await rig.allow(4000, from: side, meter)
        #expect(sink.receive(4000).bytes.count == 4000)
        await rig.close()
    }

    @Test(arguments: [UInt64(3_001), 40_000, 262_144], Peer.Kind.allCases)
    func pieceByPieceEverythingArrivesAndTheEndBehindIt(piece: UInt64, kind: Peer.Kind) async throws {
        let rig = try TunnelRig(kind)
        let meter = HandMeter(0)
        await rig.refill(meter, by: piece, from: .origin)
        await rig.start(meters: (nil, meter))
        var random = SplitMix(seed: piece)
        let body = random.bytes(2_000_003)
        let writer = JoinableThread {
            rig.origin.send(body)
            rig.origin.finish()
        }
        let got = rig.client.receive()
        writer.join()
        rig.client.finish()
        #expect(got.bytes == body && got.end == .ended)
        #expect(await rig.end() == .closed)
        #expect(await rig.home.on { _ in meter.overdrawn } == 0)
        #expect(await rig.held == .init(blocks: 0, pipes: 0))
        await rig.close()
    }

    @Test func waitingForAnAllowanceIsNoSilence() async throws {
        let options = TunnelOptions(idleTimeoutMs: nil, halfClosedTimeoutMs: 30)
        let (rig, quiet) = (try TunnelRig(.tcp, options: options), try TunnelRig(.tcp, options: options))
        let meter = HandMeter(0)
        await rig.start(meters: (nil, meter))
        rig.origin.send([UInt8](repeating: 1, count: 5000))
        rig.client.finish()
        #expect(rig.origin.receive().end == .ended)
        // The same time-out of another, which began later and is over now.
        await quiet.start()
        quiet.client.finish()
        #expect(await quiet.end() == .halfClosed)
        await rig.allow(6000, from: .origin, meter)
        #expect(rig.client.receive(5000).bytes.count == 5000)
        #expect(await rig.end() == .halfClosed, "a time-out again, now that nothing is held")
        await quiet.close()
        await rig.close()
    }

    @Test func aShapedTunnelEndsWhileItWaits() async throws {
        let rig = try TunnelRig(.tcp)
        let meter = HandMeter(0)
        await rig.start(meters: (meter, nil))
        rig.client.send([UInt8](repeating: 1, count: 5000))
        rig.origin.reset()
        #expect(await rig.end() == .originReset)
        await rig.allow(1000, from: .client, meter)
        #expect(await rig.registered == 0)
        await rig.close()
    }
}
