import Engine
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Agents of two loops: one limit, and sockets that pass from one to the other.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentGroupTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func limitHoldsExactlyOverBothLoops() async throws {
        let open = Shared((now: 0, most: 0))
        let origin = try ScriptedOrigin { client, _ in
            open.update {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") { client.send(Self.ok) }
            open.update { $0.now -= 1 }
        }
        let rig = try AgentRig(loops: 2) { $0.pool.maxSockets = 3 }
        var calls: [[Call]] = [[], []]
        for loop in 0..<2 { calls[loop] = (0..<60).map { _ in Call.get() } }
        for loop in 0..<2 {
            let mine = calls[loop]
            await rig.on(loop) { agent in for call in mine { call.start(agent, origin.address) } }
        }
        for loop in 0..<2 {
            for call in calls[loop] {
                let got = await rig.outcome(call, loop: loop)
                #expect(got.text == "ok", "\(got.failure.map { "\($0.token)" } ?? "")")
            }
        }
        #expect(open.value.most <= 3 && open.value.most >= 2)
        await rig.close()
        origin.end()
    }

    @Test func freeSocketOfOneLoopServesARequestOfTheOther() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig(loops: 2) { $0.pool.maxSockets = 1 }
        _ = await rig.get(origin.address, loop: 0)
        for round in 0..<6 {
            let got = await rig.get(origin.address, loop: (round + 1) % 2)
            #expect(got.text == "ok" && got.isReused)
        }
        #expect(origin.connections == 1)
        let counters = await rig.snapshot().counters
        #expect(counters.given == 6 && counters.received == 6)
        await rig.close()
        origin.end()
    }

    @Test func noSocketIsKeptFreeWhileTheGroupHasTooManyOpen() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig(loops: 1) { $0.socketsToKeepBelow = 0 }
        for _ in 0..<3 {
            let got = await rig.get(origin.address, loop: 0)
            #expect(got.text == "ok" && !got.isReused)
        }
        #expect(origin.connections == 3)
        await rig.close()
        origin.end()
    }

    @Test func waiterOfOneLoopGetsItsTurnWhenTheOtherReleases() async throws {
        let gate = Shared(false)
        let origin = try ScriptedOrigin { client, _ in
            var isFirst = true
            while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                while isFirst, !gate.value {}
                isFirst = false
                client.send(Self.ok)
            }
        }
        let rig = try AgentRig(loops: 2) { $0.pool.maxSockets = 1 }
        let first = Call.get()
        let second = Call.get()
        await rig.start(first, origin.address, loop: 0)
        await rig.start(second, origin.address, loop: 1)
        gate.update { $0 = true }
        #expect(await rig.outcome(first, loop: 0).text == "ok")
        #expect(await rig.outcome(second, loop: 1).text == "ok")
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }
}
