import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// CONNECT and upgrades, seen from the client.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientTunnelTests {
    private static let switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"

    /// Answers one request with `answer`, then sends back what comes.
    private func echoing(_ answer: String, heads: Shared<[String]> = Shared([])) throws -> ScriptedOrigin {
        try ScriptedOrigin { client, _ in
            let head = client.receive(until: "\r\n\r\n")
            heads.update { $0.append(head) }
            client.send(answer)
            while case let got = client.receive(4), got.end == .open { client.send(got.bytes) }
        }
    }

    private func connect(_ origin: ScriptedOrigin, _ agent: AgentChoice = .global) -> RequestOptions {
        RequestOptions(
            hostname: "127.0.0.1", port: origin.address.port, method: "CONNECT", path: "example.org:443", agent: agent)
    }

    private func upgrade(_ origin: ScriptedOrigin, _ agent: AgentChoice = .global) -> RequestOptions {
        RequestOptions(
            hostname: "127.0.0.1", port: origin.address.port, headers: ["Connection": "Upgrade", "Upgrade": "x"],
            agent: agent)
    }

    /// Sends `ping` on the socket and notes what comes, until both ends are over.
    private static func converse(_ told: Told, _ socket: Socket, _ early: [UInt8]) {
        var text = String(decoding: early, as: UTF8.self)
        socket.write("ping")
        socket.onData = { bytes in
            text += String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("ping") { socket.end() }
        }
        socket.onEnd = {}
        socket.onClose = { told.note("socket closed after \(text)") }
    }

    /// Row 131.
    @Test func connectHandsTheSocketAndEarlyBytesOver() async throws {
        let heads = Shared<[String]>([])
        let origin = try echoing("HTTP/1.1 200 Connection established\r\n\r\nearly", heads: heads)
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let agent = rig.agent(keepAlive: true, maxSockets: 1)
            let request = try HTTP.request(connect(origin, .agent(agent)))
            told.follow(request)
            request.onConnect = { message, socket, early in
                told.note("connect \(message.statusCode) \(message.statusMessage)")
                #expect(agent.sockets.isEmpty && agent.freeSockets.isEmpty, "the socket has left the agent")
                Self.converse(told, socket, early)
            }
            request.end()
        }
        #expect(await rig.until { told.events.last?.hasPrefix("socket closed") == true })
        #expect(
            told.events.filter { $0 != "finish" } == [
                "socket", "connect 200 Connection established", "close", "socket closed after earlyping",
            ])
        try await rig.close()
        origin.end()
        let lines = heads.value.first?.lines ?? []
        #expect(lines.first == "CONNECT example.org:443 HTTP/1.1" && lines[1] == "Host: example.org:443")
        #expect(!lines.contains { $0.hasPrefix("Transfer-Encoding") || $0.hasPrefix("Content-Length") })
    }

    /// Row 131.
    @Test func lengthsInASuccessfulAnswerToConnectMeanNothing() async throws {
        let origin = try echoing("HTTP/1.1 204 Fine\r\nContent-Length: 5\r\n\r\nearly")
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let request = try HTTP.request(connect(origin))
            told.follow(request)
            request.onConnect = { Self.converse(told, $1, $2) }
            request.end()
        }
        #expect(await rig.until { told.events.last == "socket closed after earlyping" })
        try await rig.close()
        origin.end()
    }

    /// Row 131.
    @Test func aRefusalOfConnectIsAnOrdinaryResponse() async throws {
        let origin = try ScriptedOrigin.answering(
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno")
        let rig = try ClientRig()
        let agent = try await rig.on { LoopBound(rig.agent(keepAlive: true)) }
        let told = try await rig.run { [self] in
            let request = try HTTP.request(connect(origin, .agent(agent.value(on: rig.home.loop))))
            request.end()
            return request
        } following: { request in
            request.onConnect = { _, socket, _ in
                Issue.record("no tunnel")
                socket.destroy()
            }
        }
        #expect(told.status == 407 && told.text == "no")
        #expect(try await rig.on { agent.value(on: rig.home.loop).freeSockets.count } == 1)
        try await rig.close()
        origin.end()
    }

    /// Row 132.
    @Test func connectWithoutAListenerClosesTheConnection() async throws {
        let origin = try echoing("HTTP/1.1 200 OK\r\n\r\n")
        let rig = try ClientRig()
        let told = try await rig.get { [self] in connect(origin) }
        #expect(told.events.filter { $0 != "finish" } == ["socket", "close"])
        // The origin's script ends with the connection.
        origin.end()
        try await rig.close()
    }

    /// Row 133.
    @Test func anUpgradeHandsTheSocketAndEarlyBytesOver() async throws {
        let origin = try echoing(Self.switching + "early")
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let agent = rig.agent(keepAlive: true, maxSockets: 1)
            let request = try HTTP.request(upgrade(origin, .agent(agent)))
            told.follow(request)
            request.onUpgrade = { message, socket, early in
                told.note("upgrade \(message.headers["upgrade"] ?? "")")
                #expect(agent.sockets.isEmpty && agent.freeSockets.isEmpty, "the socket has left the agent")
                Self.converse(told, socket, early)
            }
            request.end()
        }
        #expect(await rig.until { told.events.last == "socket closed after earlyping" })
        #expect(told.events.filter { $0 != "finish" }.prefix(3) == ["socket", "upgrade x", "close"])
        try await rig.close()
        origin.end()
    }

    /// Row 133.
    @Test func anUpgradeThatIsDeclinedIsAnOrdinaryResponse() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run {
            try HTTP.get(
                RequestOptions(
                    hostname: "127.0.0.1", port: origin.port, headers: ["Connection": "Upgrade", "Upgrade": "x"]))
        } following: { request in
            request.onUpgrade = { _, _, _ in Issue.record("no upgrade") }
        }
        #expect(told.status == 200 && told.text == "ok")
        try await rig.close()
        origin.end()
    }

    /// Row 133.
    @Test func aSwitchThatNobodyAskedForIsAnError() async throws {
        let origin = try echoing(Self.switching)
        let rig = try ClientRig()
        let told = try await rig.run {
            try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
        } following: { request in
            request.onUpgrade = { _, _, _ in Issue.record("no upgrade") }
        }
        #expect(told.failure?.code == "EPROTO")
        try await rig.close()
        origin.end()
    }

    /// Row 134.
    @Test func anUpgradeWithoutAListenerClosesTheConnection() async throws {
        let origin = try echoing(Self.switching)
        let rig = try ClientRig()
        let told = try await rig.get { [self] in upgrade(origin) }
        #expect(told.events.filter { $0 != "finish" } == ["socket", "close"])
        origin.end()
        try await rig.close()
    }

    /// Row 133.
    @Test func anErrorThrownByTheUpgradeHandlerClosesTheConnection() throws {
        struct Mistake: Error {}
        let origin = try echoing(Self.switching)
        #expect(throws: Mistake.self) {
            try HTTP.run {
                let request = try HTTP.get(self.upgrade(origin))
                request.onUpgrade = { _, _, _ in throw Mistake() }
            }
        }
        origin.end()
    }
}
