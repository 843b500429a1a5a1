import Engine
import Pool
import Synchronization
import TestSupport
import Testing

@testable import HTTPStack

/// Requests of different rights on one agent's connections.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentJudgeTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Allows the first so many times that it is asked.
    private final class Judge: AddressJudge, Sendable {
        private let left: Atomic<Int>
        private let seen = Shared<[SocketAddress]>([])
        var asked: [SocketAddress] { seen.value }

        init(allows times: Int) { left = Atomic(times) }

        func mayDial(_ address: SocketAddress) -> Bool {
            seen.update { $0.append(address) }
            return left.subtract(1, ordering: .relaxed).oldValue > 0
        }
    }

    private static func get(_ judge: any AddressJudge) -> Call {
        let call = Call.get()
        call.request.judge = judge
        return call
    }

    @Test func aDialIsJudgedByItsRequestsRights() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        let judge = Judge(allows: 0)
        #expect(await rig.run(Self.get(judge), origin.address).failure?.kind == .denied)
        #expect(judge.asked == [origin.address])
        #expect(origin.connections == 0)
        #expect(await rig.get(origin.address).status == 200)
        await rig.close()
        origin.end()
    }

    @Test func aFreeSocketIsJudgedByWhereItLeads() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        let judge = Judge(allows: .max)
        let got = await rig.run(Self.get(judge), origin.address)
        #expect(got.status == 200 && got.isReused)
        #expect(judge.asked == [origin.address])
        await rig.close()
        origin.end()
    }

    @Test func aRequestThatMustNotHaveAFreeSocketDialsByItsOwnRightsAndLeavesIt() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        let judge = Judge(allows: 0)
        #expect(await rig.run(Self.get(judge), origin.address).failure?.kind == .denied)
        #expect(judge.asked.count == 2)
        #expect(await rig.figures == [0, 0, 1, 0])
        let got = await rig.get(origin.address)
        #expect(got.status == 200 && got.isReused)
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }

    /// One socket for three requests: the one in the middle must not have it, and may not hold up the one behind it.
    @Test func aSocketThatComesFreePassesByWhoMustNotHaveIt() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig { $0.pool.maxSockets = 1 }
        let denied = Judge(allows: 0)
        let (first, middle, last) = (Call.get(), Self.get(denied), Self.get(Judge(allows: .max)))
        await rig.on { agent in for call in [first, middle, last] { call.start(agent, origin.address) } }
        #expect(await rig.outcome(first).status == 200)
        #expect(await rig.outcome(middle).failure?.kind == .denied)
        let got = await rig.outcome(last)
        #expect(got.status == 200 && got.isReused)
        #expect(denied.asked.count == 2)
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }

    @Test func aRequestWithAConnectionOfItsOwnIsAnsweredOnIt() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        _ = await rig.get(origin.address)
        // Denied once, for the free socket, then allowed: as by rules that were changed in between.
        let got = await rig.run(Self.get(ChangedMind()), origin.address)
        #expect(got.status == 200 && !got.isReused)
        #expect(origin.connections == 2)
        #expect(await rig.figures == [0, 0, 1, 0], "its connection is closed, not kept")
        await rig.close()
        origin.end()
    }

    private final class ChangedMind: AddressJudge, Sendable {
        private let asked = Atomic(0)
        func mayDial(_ address: SocketAddress) -> Bool { asked.add(1, ordering: .relaxed).oldValue > 0 }
    }

    @Test func aSocketFromAnotherLoopIsJudgedToo() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig(loops: 2)
        _ = await rig.get(origin.address, loop: 0)
        let judge = Judge(allows: 0)
        #expect(await rig.run(Self.get(judge), origin.address, loop: 1).failure?.kind == .denied)
        #expect(judge.asked == [origin.address, origin.address])
        let got = await rig.get(origin.address, loop: 1)
        #expect(got.status == 200 && got.isReused, "it stays with the loop that it came to")
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }
}
