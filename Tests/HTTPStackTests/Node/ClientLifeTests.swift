import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// What requests and agents hold, and for how long.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientLifeTests {
    /// Weak references, read on the loop.
    ///
    /// SAFETY: `@unchecked Sendable`: touched on the rig's loop alone.
    private final class Weakly: @unchecked Sendable {
        weak var request: ClientRequest?
        weak var draft: RequestDraft?
        weak var message: IncomingMessage?
        weak var agent: Agent?
    }

    /// Row 126.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", "",
    ])
    func aRequestThatIsOverIsLetGoThoughItsClosuresHoldIt(answer: String) async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(answer)
        }
        let rig = try ClientRig()
        let weakly = Weakly()
        let isOver = Shared(false)
        try await rig.on {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            weakly.request = request
            weakly.draft = request.draft
            request.onError = { _ in _ = request.aborted }
            request.onResponse = { message in
                weakly.message = message
                message.onData = { _ in _ = (message.statusCode, request.aborted) }
                message.onEnd = { _ = message.statusCode }
                message.onAborted = { _ in _ = message.statusCode }
            }
            request.onClose = {
                _ = request.aborted
                isOver.update { $0 = true }
            }
        }
        #expect(await untilTrue { isOver.value })
        #expect(await rig.until { weakly.request == nil && weakly.draft == nil && weakly.message == nil })
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func aRequestThatWasAbortedIsLetGo() async throws {
        let origin = try ScriptedOrigin { client, _ in _ = client.receive() }
        let rig = try ClientRig()
        let weakly = Weakly()
        try await rig.on {
            let agent = rig.agent(maxSockets: 1)
            let options = RequestOptions(hostname: "127.0.0.1", port: origin.address.port, agent: .agent(agent))
            let first = try HTTP.get(options)
            let request = try HTTP.get(options)
            weakly.request = request
            request.onClose = { _ = request.aborted }
            request.abort()
            first.abort()
        }
        #expect(await rig.until { weakly.request == nil })
        try await rig.close()
        origin.end()
    }

    /// Row 104.
    @Test func anAgentThatNobodyHoldsServesWhatItHasBegun() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        for choice in 0..<2 {
            let told = try await rig.run {
                let agent = Agent(keepAlive: true)
                let options = RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(agent))
                guard choice == 1 else { return try HTTP.get(options) }
                let request = try HTTP.request(options)
                EventLoop.current?.soon { request.end("x") }
                return request
            }
            #expect(told.text == "ok")
        }
        try await rig.close()
        // The free sockets of the agents go with the loop.
        origin.end()
    }

    /// Row 122.
    @Test func aProgramThatHasEndedLeavesNothing() throws {
        let origin = try RecordingOrigin()
        weak var loop: EventLoop?
        weak var agent: Agent?
        try HTTP.run {
            loop = EventLoop.current
            let kept = Agent(keepAlive: true)
            agent = kept
            for choice in [AgentChoice.global, .none, .agent(kept)] {
                let options = RequestOptions(hostname: "localhost", port: origin.port, agent: choice)
                try HTTP.get(options) { $0.resume() }
            }
        }
        #expect(loop == nil && agent == nil)
        // Waits for its connections to end, the agent's free one among them.
        origin.end()
    }

    /// Row 122.
    @Test func aProgramThatIsStoppedClosesItsConnections() throws {
        let origin = try ScriptedOrigin { client, _ in _ = client.receive() }
        try HTTP.run {
            let agent = Agent(keepAlive: true, maxSockets: 1)
            for choice in [AgentChoice.none, .agent(agent), .agent(agent)] {
                let options = RequestOptions(hostname: "localhost", port: origin.address.port, agent: choice)
                try HTTP.get(options).onSocket = { _ in EventLoop.current?.stop() }
            }
        }
        // Waits for its connections to end.
        origin.end()
    }
}
