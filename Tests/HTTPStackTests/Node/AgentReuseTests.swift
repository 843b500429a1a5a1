import Engine
import Glibc
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Which connection an agent in Node's form uses, keeps and closes.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct AgentReuseTests {
    /// An agent on the rig's loop.
    private final class Given: @unchecked Sendable {
        // SAFETY: touched on the rig's loop alone.
        let agent: Agent
        init(_ agent: Agent) { self.agent = agent }
    }

    private func agent(
        _ rig: ClientRig, keepAlive: Bool = false, msecs: Int = 1000, maxSockets: Int = .max, maxFree: Int = 256
    ) async throws -> Given {
        try await rig.on {
            Given(
                rig.agent(
                    keepAlive: keepAlive, keepAliveMsecs: msecs, maxSockets: maxSockets, maxFreeSockets: maxFree))
        }
    }

    private func options(_ origin: RecordingOrigin, _ choice: AgentChoice = .global) -> RequestOptions {
        RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: choice)
    }

    /// Sends `count` requests at once, and waits for their ends.
    private func burst(_ count: Int, _ rig: ClientRig, _ options: @escaping @Sendable () -> RequestOptions)
        async throws -> [Told]
    {
        let calls = (0..<count).map { _ in Told() }
        try await rig.on { for call in calls { call.follow(try HTTP.get(options())) } }
        for call in calls { await rig.over(call) }
        return calls
    }

    /// Rows 87, 90, 124.
    @Test func theGlobalAgentCarriesRequestsThatNameNone() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = Told()
        let names = try await rig.on { [self] in
            let request = try HTTP.get(options(origin))
            told.follow(request)
            return HTTP.globalAgent.snapshot().origins.map(\.key.name)
        }
        await rig.over(told)
        #expect(names == ["127.0.0.1:\(origin.port):"])
        #expect(
            try await rig.on {
                let agent = HTTP.globalAgent
                return agent === HTTP.globalAgent && !agent.keepAlive && agent.maxSockets == .max
                    && agent.maxFreeSockets == 256
            })
        try await rig.close()
        origin.end()
    }

    /// Rows 88, 104.
    @Test func anAgentThatKeepsAliveReusesItsSocket() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        for round in 0..<3 {
            let told = try await rig.get { [self] in options(origin, .agent(given.agent)) }
            #expect(told.request?.reusedSocket == (round > 0))
            #expect(try await rig.on { [given.agent.sockets.count, given.agent.freeSockets.count] } == [0, 1])
        }
        #expect(origin.connections == 1)
        try await rig.close()
        origin.end()
        #expect(origin.requests.allSatisfy { $0.lines.contains("Connection: keep-alive") })
    }

    /// Rows 89, 107.
    @Test func noAgentMeansAConnectionOfItsOwn() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        for _ in 0..<2 {
            let told = try await rig.get { [self] in options(origin, .none) }
            #expect(told.text == "ok" && told.request?.reusedSocket == false)
        }
        #expect(origin.connections == 2)
        #expect(try await rig.on { HTTP.globalAgent.snapshot().origins.isEmpty })
        try await rig.close()
        origin.end()
        #expect(origin.requests.allSatisfy { $0.lines.contains("Connection: close") })
    }

    /// Rows 94, 103.
    @Test func anAgentThatKeepsNothingAndIsUnlimitedSaysClose() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let calls = try await burst(3, rig) { [self] in options(origin) }
        #expect(calls.allSatisfy { $0.text == "ok" })
        #expect(origin.connections == 3)
        try await rig.close()
        origin.end()
        #expect(origin.requests.allSatisfy { $0.lines.contains("Connection: close") })
    }

    /// Rows 94, 97, 103.
    @Test func aLimitedAgentReusesASocketForTheNextRequestAndThenClosesIt() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, maxSockets: 1)
        let calls = try await burst(3, rig) { [self] in options(origin, .agent(given.agent)) }
        #expect(calls.map { $0.request?.reusedSocket } == [false, true, true])
        #expect(origin.connections == 1)
        #expect(try await rig.on { given.agent.sockets.isEmpty && given.agent.freeSockets.isEmpty })
        try await rig.close()
        origin.end()
        #expect(origin.requests.allSatisfy { $0.lines.contains("Connection: keep-alive") })
    }

    /// Row 97.
    @Test func aConnectionFieldDecidesWhetherTheSocketPersists() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        for (value, free) in [("close", 0), ("keep-alive", 1), ("Close, x", 0)] {
            _ = try await rig.get { [self] in
                var options = options(origin, .agent(given.agent))
                options.headers = ["Connection": value]
                return options
            }
            #expect(try await rig.on { given.agent.freeSockets.count } == free)
        }
        try await rig.close()
        origin.end()
        #expect(origin.requests.map { $0.value(ofField: "Connection: ") } == ["close", "keep-alive", "Close, x"])
    }

    /// Row 94.
    @Test func aConnectionFieldThatIsRemovedStaysSo() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        _ = try await rig.run { [self] in
            let request = try HTTP.request(options(origin, .agent(given.agent)))
            try request.removeHeader("connection")
            request.end()
            return request
        }
        #expect(try await rig.on { given.agent.freeSockets.isEmpty })
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.contains("Connection") == false)
    }

    /// Row 105.
    @Test func aFreeSocketDoesNotHoldTheProgram() throws {
        let origin = try RecordingOrigin()
        // Would not return for a minute otherwise.
        try HTTP.run {
            let agent = Agent(keepAlive: true)
            try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(agent))) { message in
                message.onEnd = { #expect(agent.freeSockets.count == 1) }
                // Once all is said, its socket goes with it, so that the origin can end.
                EventLoop.current?.soon { EventLoop.current?.soon { agent.destroy() } }
            }
        }
        origin.end()
    }

    /// Row 106.
    @Test func aSocketThatIsTakenOutOfThePoolIsNeverReused() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true, maxSockets: 1)
        let calls = [Told(), Told()]
        try await rig.on { [self] in
            for call in calls { call.follow(try HTTP.get(options(origin, .agent(given.agent)))) }
            // The first goes on; the slot is the second's at once.
            calls[0].request?.onSocket = { socket in
                socket.agentRemove()
                #expect(given.agent.sockets.isEmpty)
            }
        }
        for call in calls { await rig.over(call) }
        #expect(calls.map(\.text) == ["ok", "ok"] && calls.map { $0.request?.reusedSocket } == [false, false])
        #expect(origin.connections == 2)
        #expect(try await rig.on { given.agent.freeSockets.values.map(\.count) } == [1])
        try await rig.close()
        origin.end()
    }

    /// Row 106.
    @Test func aRequestMayTakeItsSocketOutOfThePool() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        let told = try await rig.run { [self] in
            try HTTP.get(options(origin, .agent(given.agent)))
        } following: { request in
            request.onResponse = { message in
                request.agentRemove()
                message.resume()
            }
        }
        #expect(told.failure == nil)
        #expect(try await rig.on { given.agent.freeSockets.isEmpty && given.agent.sockets.isEmpty })
        try await rig.close()
        origin.end()
    }

    /// Row 109.
    @Test func keepAliveMsecsIsWhenTCPProbesBegin() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true, msecs: 2_500)
        _ = try await rig.get { [self] in options(origin, .agent(given.agent)) }
        // Set on a socket that has lasted: within two seconds.
        let isSet = await rig.until {
            var value: CInt = -1
            var length = socklen_t(4)
            let fd = given.agent.freeSockets.values.first?.first?.fd ?? -1
            _ = getsockopt(fd, CInt(IPPROTO_TCP), TCP_KEEPIDLE, &value, &length)
            return value == 3
        }
        #expect(isSet)
        try await rig.close()
        origin.end()
    }

    /// Row 118.
    @Test func theSocketThatWasUsedLastIsReusedFirst() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        _ = try await burst(2, rig) { [self] in options(origin, .agent(given.agent)) }
        let told = Told()
        let (first, used) = try await rig.on { [self] in
            let first = given.agent.freeSockets.values.first?.first?.fd
            told.follow(try HTTP.get(options(origin, .agent(given.agent))))
            return (first, given.agent.sockets.values.first?.first?.fd)
        }
        #expect(first != nil && first == used)
        await rig.over(told)
        try await rig.close()
        origin.end()
    }

    /// Row 119.
    @Test func aFreeSocketThatTheOriginClosesIsForgotten() async throws {
        let origin = try RecordingOrigin(closing: true)
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        for _ in 0..<2 {
            let told = try await rig.get { [self] in options(origin, .agent(given.agent)) }
            #expect(told.text == "ok" && told.request?.reusedSocket == false)
            #expect(await rig.until { given.agent.freeSockets.isEmpty })
        }
        #expect(origin.connections == 2)
        try await rig.close()
        origin.end()
    }

    /// Row 120.
    @Test func anErrorOnAReusedSocketIsTheRequests() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = client.receive(until: "\r\n\r\n")
        }
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        let make: @Sendable () -> RequestOptions = {
            RequestOptions(hostname: "127.0.0.1", port: origin.address.port, agent: .agent(given.agent))
        }
        _ = try await rig.get(make)
        let told = try await rig.get(make)
        #expect(told.request?.reusedSocket == true && told.failure?.isStaleSocket == true)
        #expect(told.failure?.code == "ECONNRESET")
        #expect(try await rig.on { given.agent.sockets.isEmpty && given.agent.freeSockets.isEmpty })
        try await rig.close()
        origin.end()
    }

    /// Row 81.
    @Test func requestsFromAnotherLocalAddressDoNotShareSockets() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let given = try await agent(rig, keepAlive: true)
        for local in ["127.0.0.2", "127.0.0.3", nil] as [String?] {
            let told = try await rig.get { [self] in
                var options = options(origin, .agent(given.agent))
                options.localAddress = local
                return options
            }
            #expect(told.request?.reusedSocket == false)
        }
        #expect(origin.connections == 3)
        #expect(
            try await rig.on { given.agent.freeSockets.keys.sorted() }
                == ["", "127.0.0.2", "127.0.0.3"].map { "127.0.0.1:\(origin.port):\($0)" })
        try await rig.close()
        origin.end()
    }
}
