import Engine
import Glibc
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Limits, deadlines and requests that are given up.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentLimitTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Answers nothing; keeps the connection until the client ends it.
    private static func silent() throws -> ScriptedOrigin { try ScriptedOrigin { client, _ in _ = client.receive() } }

    @Test func requestsBeyondTheLimitTakeTheirTurns() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig { $0.pool.maxSockets = 2 }
        let calls = (0..<20).map { _ in Call.get() }
        await rig.on { agent in for call in calls { call.start(agent, origin.address) } }
        for call in calls { #expect(await rig.outcome(call).text == "ok") }
        #expect(origin.connections == 2)
        await rig.close()
        origin.end()
    }

    @Test func requestThatFindsTheQueueFullFailsAtOnce() async throws {
        let origin = try Self.silent()
        let rig = try AgentRig {
            $0.pool.maxSockets = 1
            $0.pool.maxQueued = 1
        }
        let calls = (0..<3).map { _ in Call.get() }
        await rig.on { agent in for call in calls { call.start(agent, origin.address) } }
        #expect(await rig.outcome(calls[2]).failure == ExchangeFailure(.queueFull))
        await rig.on { _ in for call in calls { call.request.abort() } }
        await rig.close()
        origin.end()
    }

    @Test func requestThatWaitsTooLongForASocketFails() async throws {
        let origin = try Self.silent()
        let rig = try AgentRig {
            $0.pool.maxSockets = 1
            $0.pool.queueTimeoutMs = 20
        }
        let first = Call.get()
        await rig.start(first, origin.address)
        #expect(await rig.get(origin.address).failure == ExchangeFailure(.queueTimedOut))
        await rig.on { _ in first.request.abort() }
        await rig.close()
        origin.end()
    }

    @Test func originThatDoesNotAnswerInTimeFails() async throws {
        let origin = try Self.silent()
        let rig = try AgentRig { $0.responseHeadTimeoutMs = 30 }
        #expect(await rig.get(origin.address).failure == ExchangeFailure(.responseTimedOut))
        await rig.close()
        origin.end()
    }

    @Test func bodyThatStopsComingIsCutOff() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        let rig = try AgentRig { $0.bodyTimeoutMs = 30 }
        let got = await rig.get(origin.address)
        #expect(got.cut?.kind == .bodyTimedOut && got.text == "ab")
        await rig.close()
        origin.end()
    }

    @Test func originThatTakesNoBytesFails() async throws {
        let open = Shared(false)
        let origin = try ScriptedOrigin { _, _ in while !open.value { usleep(1_000) } }
        let rig = try AgentRig { $0.writeStallMs = 40 }
        let body = [UInt8](repeating: 1, count: 16 << 20)
        let call = Call(
            "POST / HTTP/1.1\r\nHost: o\r\nContent-Length: \(body.count)\r\n\r\n", body: body, staysOpen: true)
        #expect(await rig.run(call, origin.address).failure?.kind == .writeTimedOut)
        open.update { $0 = true }
        await rig.close()
        origin.end()
    }

    @Test(arguments: ["Keep-Alive: timeout=1\r\n", "Keep-Alive: timeout=0\r\n"])
    func hintThatLeavesNoTimeToReuseIsTaken(hint: String) async throws {
        let origin = try ScriptedOrigin.answering("HTTP/1.1 200 OK\r\n\(hint)Content-Length: 2\r\n\r\nok")
        let rig = try AgentRig()
        for _ in 0..<2 { #expect(await !rig.get(origin.address).isReused) }
        await rig.close()
        origin.end()
    }

    @Test func freeSocketIsClosedAfterItsIdleTime() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig { $0.pool.idleTimeoutMs = 20 }
        _ = await rig.get(origin.address)
        #expect(await rig.until([0, 0, 0, 0]))
        #expect(await rig.snapshot().counters.idleExpired == 1)
        await rig.close()
        origin.end()
    }

    @Test func requestAbortedInFlightClosesItsSocket() async throws {
        let ended = Shared(false)
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            _ = client.receive()
            ended.update { $0 = true }
        }
        let rig = try AgentRig()
        let call = Call.get()
        await rig.start(call, origin.address)
        #expect(await rig.until { call.isAssigned })
        await rig.on { _ in call.request.abort() }
        #expect(await rig.until([0, 0, 0, 0]))
        #expect(await untilTrue { ended.value })
        await rig.close()
        origin.end()
    }

    @Test func requestAbortedInTheQueueLeavesIt() async throws {
        let origin = try Self.silent()
        let rig = try AgentRig { $0.pool.maxSockets = 1 }
        let calls = [Call.get(), Call.get()]
        for call in calls { await rig.start(call, origin.address) }
        #expect(await rig.snapshot().origins.first?.waiting ?? 0 >= 1)
        await rig.on { _ in calls[1].request.abort() }
        #expect(await rig.snapshot().counters.cancelled == 1)
        await rig.on { _ in calls[0].request.abort() }
        #expect(await rig.until([0, 0, 0, 0]))
        await rig.close()
        origin.end()
    }

    @Test func requestAbortedWhileDiallingLeavesItsSocketToTheNext() async throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        let rig = try AgentRig()
        let call = Call.get()
        await rig.on { agent in
            call.start(agent, origin.address)
            call.request.abort()
        }
        #expect(await rig.until([0, 0, 1, 0]), "the dial goes on and its socket is parked")
        #expect(await rig.get(origin.address).text == "ok")
        #expect(origin.connections == 1)
        await rig.close()
        origin.end()
    }

    @Test func responseBeforeTheRequestIsCompleteIsDeliveredAndTheSocketIsNotReused() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        let rig = try AgentRig()
        let call = Call(
            "POST / HTTP/1.1\r\nHost: o\r\nContent-Length: 9\r\n\r\n", body: Array("123456789".utf8), staysOpen: true)
        let got = await rig.run(call, origin.address)
        #expect(got.status == 413 && got.text == "no")
        #expect(await rig.until([0, 0, 0, 0]))
        await rig.close()
        origin.end()
    }

    /// Who has an object that was found on a loop let go? To be asked there alone.
    private final class Remembered: @unchecked Sendable {
        // SAFETY: `@unchecked Sendable`: made and read in the loop's jobs only.
        private(set) weak var object: AnyObject?
        init(_ object: AnyObject?) { self.object = object }
    }

    @Test func connectionOfAResponseThatIsGivenUpHalfwayIsLetGo() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
        let rig = try AgentRig()
        let call = Call.get()
        await rig.start(call, origin.address)
        #expect(await rig.until { call.request.firstByteNs > 0 })
        let connection = await rig.on { _ in Remembered(call.request.connection) }
        #expect(await rig.on { _ in connection.object != nil })
        await rig.on { _ in call.request.abort() }
        #expect(await rig.until { connection.object == nil })
        await rig.close()
        origin.end()
    }
}
