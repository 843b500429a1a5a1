import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// An agent's limits, and what it tells of its sockets and requests.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentListingTests {
    /// SAFETY: `@unchecked Sendable`: touched on the rig's loop alone.
    private final class Given: @unchecked Sendable {
        let agent: Agent
        init(_ agent: Agent) { self.agent = agent }
    }

    /// Holds every answer back until the test lets it go.
    private final class Gate: Sendable {
        let isOpen = Shared(false)
        let waiting = Shared(0)

        func origin() throws -> ScriptedOrigin {
            try ScriptedOrigin { [self] client, _ in
                while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                    waiting.update { $0 += 1 }
                    while !isOpen.value { usleep(500) }
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                }
            }
        }
    }

    /// Rows 108, 109.
    @Test func anAgentHasNodesDefaults() async throws {
        let rig = try ClientRig()
        try await rig.on {
            let agent = Agent()
            #expect(!agent.keepAlive && agent.keepAliveMsecs == 1000)
            #expect(agent.maxSockets == .max && agent.maxFreeSockets == 256)
        }
        try await rig.close()
    }

    /// Rows 110, 112, 115, 117.
    @Test func requestsBeyondMaxSocketsWaitAndAreListed() async throws {
        let gate = Gate()
        let origin = try gate.origin()
        let rig = try ClientRig()
        let given = try await rig.on { Given(rig.agent(keepAlive: true, maxSockets: 2)) }
        let calls = (0..<5).map { _ in Told() }
        let name = try await rig.on {
            let options = RequestOptions(
                hostname: "127.0.0.1", port: origin.address.port, agent: .agent(given.agent))
            for call in calls { call.follow(try HTTP.get(options)) }
            return given.agent.getName(options)
        }
        #expect(name == "127.0.0.1:\(origin.address.port):")
        #expect(await untilTrue { gate.waiting.value == 2 })
        try await rig.on {
            #expect(given.agent.sockets.mapValues(\.count) == [name: 2])
            #expect(given.agent.requests.mapValues(\.count) == [name: 3])
            #expect(given.agent.requests[name]?.first === calls[2].request, "the first come waits in front")
            #expect(given.agent.freeSockets.isEmpty)
        }
        gate.isOpen.update { $0 = true }
        for call in calls { await rig.over(call) }
        #expect(calls.allSatisfy { $0.text == "ok" } && origin.connections == 2)
        try await rig.on {
            #expect(given.agent.sockets.isEmpty && given.agent.requests.isEmpty)
            #expect(given.agent.freeSockets.mapValues(\.count) == [name: 2])
        }
        try await rig.close()
        origin.end()
    }

    /// Rows 112, 118.
    @Test func aSocketAtTheLimitIsKeptFreeAllTheSame() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await rig.on { Given(rig.agent(keepAlive: true, maxSockets: 1)) }
        for _ in 0..<3 {
            _ = try await rig.get {
                RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(given.agent))
            }
        }
        #expect(origin.connections == 1)
        try await rig.close()
        origin.end()
    }

    /// Row 112.
    @Test func theLimitIsPerOrigin() async throws {
        let gate = Gate()
        let origins = [try gate.origin(), try gate.origin()]
        let rig = try ClientRig()
        let calls = [Told(), Told()]
        try await rig.on {
            let agent = rig.agent(maxSockets: 1)
            for (call, origin) in zip(calls, origins) {
                call.follow(
                    try HTTP.get(
                        RequestOptions(hostname: "127.0.0.1", port: origin.address.port, agent: .agent(agent))))
            }
        }
        #expect(await untilTrue { gate.waiting.value == 2 })
        gate.isOpen.update { $0 = true }
        for call in calls { await rig.over(call) }
        try await rig.close()
        for origin in origins { origin.end() }
    }

    /// Row 112.
    @Test func aHigherLimitServesThoseWhoWait() async throws {
        let gate = Gate()
        let origin = try gate.origin()
        let rig = try ClientRig()
        let given = try await rig.on { Given(rig.agent(maxSockets: 1)) }
        let calls = (0..<3).map { _ in Told() }
        try await rig.on {
            let options = RequestOptions(
                hostname: "127.0.0.1", port: origin.address.port, agent: .agent(given.agent))
            for call in calls { call.follow(try HTTP.get(options)) }
        }
        #expect(await untilTrue { gate.waiting.value == 1 })
        try await rig.on {
            given.agent.maxSockets = 3
            #expect(given.agent.maxSockets == 3 && given.agent.requests.isEmpty)
        }
        #expect(await untilTrue { gate.waiting.value == 3 })
        gate.isOpen.update { $0 = true }
        for call in calls { await rig.over(call) }
        #expect(origin.connections == 3)
        try await rig.close()
        origin.end()
    }

    /// Row 113.
    @Test func waitingRequestsAreServedInOrderOfArrival() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let calls = (0..<6).map { _ in Told() }
        try await rig.on {
            let agent = rig.agent(maxSockets: 1)
            for (index, call) in calls.enumerated() {
                call.follow(
                    try HTTP.get(
                        RequestOptions(
                            hostname: "127.0.0.1", port: origin.port, path: "/\(index)", agent: .agent(agent))))
            }
        }
        for call in calls { await rig.over(call) }
        try await rig.close()
        origin.end()
        #expect(origin.requests.map { $0.lines[0] } == (0..<6).map { "GET /\($0) HTTP/1.1" })
    }

    /// Row 113.
    @Test func aRequestThatWaitsGetsANewSocketWhenOneDies() async throws {
        let origin = try RecordingOrigin(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", closing: true)
        let rig = try ClientRig()
        let calls = (0..<3).map { _ in Told() }
        try await rig.on {
            let agent = rig.agent(keepAlive: true, maxSockets: 1)
            let options = RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(agent))
            for call in calls { call.follow(try HTTP.get(options)) }
        }
        for call in calls { await rig.over(call) }
        #expect(calls.allSatisfy { $0.text == "ok" } && origin.connections == 3)
        try await rig.close()
        origin.end()
    }

    /// Rows 111, 114, 116.
    @Test func freeSocketsBeyondMaxFreeSocketsAreClosed() async throws {
        let gate = Gate()
        let origin = try gate.origin()
        let rig = try ClientRig()
        let given = try await rig.on { Given(rig.agent(keepAlive: true, maxFreeSockets: 2)) }
        let calls = (0..<4).map { _ in Told() }
        try await rig.on {
            let options = RequestOptions(
                hostname: "127.0.0.1", port: origin.address.port, agent: .agent(given.agent))
            for call in calls { call.follow(try HTTP.get(options)) }
        }
        #expect(await untilTrue { gate.waiting.value == 4 })
        gate.isOpen.update { $0 = true }
        for call in calls { await rig.over(call) }
        #expect(try await rig.on { given.agent.freeSockets.values.map(\.count) } == [2])
        #expect(origin.connections == 4)
        try await rig.close()
        origin.end()
    }

    /// Row 122.
    @Test func destroyClosesUsedAndFreeSockets() async throws {
        let origin = try RecordingOrigin()
        let silent = try ScriptedOrigin { client, _ in _ = client.receive() }
        let rig = try ClientRig()
        let given = try await rig.on { Given(rig.agent(keepAlive: true)) }
        _ = try await rig.get { RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(given.agent)) }
        let calls = [Told(), Told()]
        try await rig.on {
            calls[0].follow(
                try HTTP.get(
                    RequestOptions(hostname: "127.0.0.1", port: silent.address.port, agent: .agent(given.agent))))
        }
        #expect(await rig.until { calls[0].events.contains("finish") })
        try await rig.on {
            // One whose connection is being made.
            calls[1].follow(
                try HTTP.get(
                    RequestOptions(hostname: "localhost", port: silent.address.port, agent: .agent(given.agent))))
            given.agent.destroy()
            #expect(given.agent.sockets.isEmpty && given.agent.freeSockets.isEmpty)
        }
        for call in calls {
            await rig.over(call)
            #expect(call.events.suffix(2) == ["error ECONNRESET", "close"])
        }
        // It serves on.
        let told = try await rig.get {
            RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(given.agent))
        }
        #expect(told.text == "ok")
        try await rig.close()
        origin.end()
        silent.end()
    }

    /// Row 123.
    @Test func theNameIsHostPortAndLocalAddress() async throws {
        let rig = try ClientRig()
        try await rig.on {
            let agent = Agent()
            #expect(agent.getName(RequestOptions()) == "localhost:80:")
            #expect(agent.getName(RequestOptions(host: "H", port: 81)) == "h:81:")
            #expect(agent.getName(RequestOptions(hostname: "h", localAddress: "192.168.1.1")) == "h:80:192.168.1.1")
        }
        try await rig.close()
    }
}
