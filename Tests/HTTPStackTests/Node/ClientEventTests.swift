import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// What a request tells of its answer, and in which order.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientEventTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func options(_ port: UInt16, _ method: String = "GET") -> RequestOptions {
        RequestOptions(hostname: "127.0.0.1", port: port, method: method)
    }

    /// Answers the first request of each connection with `answer`, and closes.
    private func answering(_ answer: String, reset: Bool = false) throws -> ScriptedOrigin {
        try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(answer)
            if reset { client.reset() }
        }
    }

    /// What a GET to the origin told.
    private func told(by origin: ScriptedOrigin, _ method: String = "GET") async throws -> Told {
        let rig = try ClientRig()
        let told = try await rig.get { [self] in options(origin.address.port, method) }
        try await rig.close()
        origin.end()
        return told
    }

    /// Rows 126, 130.
    @Test func aResponseIsToldOnceAfterTheSocket() async throws {
        let told = try await told(by: .answering(Self.ok))
        #expect(told.events.filter { $0 != "finish" } == ["socket", "response 200", "end", "close"])
        #expect(told.text == "ok" && told.response?.statusMessage == "OK")
    }

    /// Row 126.
    @Test func aResponseWithoutFieldsIsOne() async throws {
        let told = try await told(by: answering("HTTP/1.1 200 OK\r\n\r\nall of it"))
        #expect(told.status == 200 && told.text == "all of it" && told.response?.rawHeaders.isEmpty == true)
    }

    /// Row 126.
    @Test func aResponseThatNobodyListensToIsDropped() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        for _ in 0..<2 {
            let told = Told()
            try await rig.on {
                var options = RequestOptions(hostname: "127.0.0.1", port: origin.port)
                options.keepAlive = true
                let request = try HTTP.request(options)
                told.follow(request)
                request.onResponse = nil
                request.end()
            }
            await rig.over(told)
            #expect(told.events.last == "close" && told.failure == nil)
        }
        #expect(origin.connections == 1, "the connection was left in good order")
        try await rig.close()
        origin.end()
    }

    /// Row 127.
    @Test func theEndWaitsUntilTheBodyIsTaken() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let request = try HTTP.request(options(origin.port))
            told.follow(request)
            request.onResponse = { message in
                message.pause()
                told.take(message)
                message.pause()
            }
            request.end()
        }
        #expect(await rig.until { told.events.contains("response 200") })
        for _ in 0..<3 { #expect(try await rig.on { !told.events.contains("end") && told.body.isEmpty }) }
        try await rig.on { told.response?.resume() }
        await rig.over(told)
        #expect(told.text == "ok" && told.events.suffix(2) == ["end", "close"])
        try await rig.close()
        origin.end()
    }

    /// Row 127.
    @Test func aBodyThatIsNotTakenHoldsTheOriginBack() async throws {
        let sent = Shared(0)
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            let block = [UInt8](repeating: 1, count: 65_536)
            client.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
            while client.send(block) { sent.update { $0 += 65_536 } }
        }
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let request = try HTTP.request(options(origin.address.port))
            told.follow(request)
            request.onResponse = { $0.pause() }
            request.end()
        }
        // The origin's sends give up after some seconds: that none of them needs to is not waited for.
        var before = -1
        #expect(
            await untilTrue {
                usleep(20_000)
                let now = sent.value
                defer { before = now }
                return now > 0 && now == before
            })
        #expect(sent.value < 64 << 20)
        try await rig.on { told.request?.abort() }
        await rig.over(told)
        try await rig.close()
        origin.end()
    }

    /// Row 128.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    ])
    func aBodyThatEndsTooSoonIsAborted(answer: String) async throws {
        let told = try await told(by: answering(answer))
        #expect(told.events.filter { $0 != "finish" } == ["socket", "response 200", "aborted ECONNRESET", "close"])
        #expect(told.text == "short")
    }

    /// Row 146.
    @Test func aConnectionThatIsResetInsideTheBodyIsAborted() async throws {
        let told = try await told(by: answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsho", reset: true))
        #expect(told.events.contains("aborted ECONNRESET") || told.events.contains("error ECONNRESET"))
        #expect(!told.events.contains("end") && told.events.last == "close")
    }

    /// Row 146.
    @Test func anAbortedMessageTellsItsClose() async throws {
        let origin = try answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsho")
        let rig = try ClientRig()
        let told = Told()
        try await rig.on { [self] in
            let request = try HTTP.request(options(origin.address.port))
            told.follow(request)
            request.onResponse = { message in
                told.take(message)
                message.onClose = { told.note("message close") }
            }
            request.end()
        }
        await rig.over(told)
        #expect(told.events.suffix(3) == ["aborted ECONNRESET", "message close", "close"])
        try await rig.close()
        origin.end()
    }

    /// Rows 135, 95.
    @Test func interimResponsesAreToldAndTheFinalOneFollows() async throws {
        let told = try await told(
            by: .answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + Self.ok))
        #expect(
            told.events.filter { $0 != "finish" } == [
                "socket", "continue", "information 100", "information 103", "response 200", "end", "close",
            ])
    }

    /// Row 135.
    @Test func anInterimResponseGivesItsFields() async throws {
        let origin = try ScriptedOrigin.answering(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nLink: </y>\r\n\r\n" + Self.ok)
        let rig = try ClientRig()
        let seen = Shared<Information?>(nil)
        _ = try await rig.run { [self] in
            let request = try HTTP.request(options(origin.address.port))
            request.end()
            return request
        } following: { request in
            request.onInformation = { information in seen.update { $0 = information } }
        }
        #expect(seen.value?.statusCode == 103 && seen.value?.statusMessage == "Early Hints")
        #expect(seen.value?.headers.list("link") == ["</x>", "</y>"])
        try await rig.close()
        origin.end()
    }

    /// Row 95.
    @Test func anOriginThatRefusesIsAnError() async throws {
        let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(fd) }
        // Bound, so that nobody else takes the port, but not listening.
        #expect(SocketAddress.ipv4(address: 0x7f00_0001, port: 0).withRaw { bind(fd, $0, $1) } == 0)
        let address = try #require(Peer.localAddress(of: fd))
        let rig = try ClientRig()
        let told = try await rig.get { [self] in options(address.port) }
        #expect(told.events == ["error ECONNREFUSED", "close"])
        try await rig.close()
    }

    /// Row 95.
    @Test func aNameThatIsNoneIsAnError() async throws {
        let rig = try ClientRig()
        let told = try await rig.get { RequestOptions(hostname: "not a name") }
        #expect(told.events == ["error ENOTFOUND", "close"])
        try await rig.close()
    }

    /// Row 95.
    @Test(arguments: ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"])
    func whatIsNoResponseIsAnError(answer: String) async throws {
        let told = try await told(by: answering(answer))
        #expect(told.events.filter { $0 != "finish" } == ["socket", "error EPROTO", "close"])
    }

    /// Rows 95, 145.
    @Test(arguments: ["", "HTTP/1.1 20"])
    func aConnectionThatEndsBeforeTheResponseIsAHangUp(answer: String) async throws {
        let told = try await told(by: answering(answer))
        #expect(told.events.filter { $0 != "finish" } == ["socket", "error ECONNRESET", "close"])
        #expect(told.failure?.kind == .closedBeforeResponse)
    }

    /// Row 145.
    @Test func aConnectionThatIsResetBeforeTheResponseIsAHangUp() async throws {
        let told = try await told(by: answering("", reset: true))
        #expect(told.failure?.code == "ECONNRESET" && told.failure?.kind == .reset)
    }

    /// Rows 121, 129.
    @Test func bytesBehindAResponseEndItsConnection() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(Self.ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
            _ = client.receive()
        }
        let rig = try ClientRig()
        let agent = try await rig.on { LoopBound(rig.agent(keepAlive: true)) }
        for _ in 0..<2 {
            let told = try await rig.get { [self] in
                var options = options(origin.address.port)
                options.agent = .agent(agent.value(on: rig.home.loop))
                return options
            }
            #expect(told.text == "ok" && told.events.filter { $0.hasPrefix("response") }.count == 1)
            #expect(told.request?.reusedSocket == false)
        }
        #expect(try await rig.on { agent.value(on: rig.home.loop).freeSockets.isEmpty })
        try await rig.close()
        origin.end()
    }

    /// Row 95.
    @Test func anErrorThatNobodyListensToEndsTheProgram() throws {
        #expect(throws: ExchangeFailure.self) {
            try HTTP.run { try HTTP.get(RequestOptions(hostname: "not a name")) }
        }
    }

    /// Row 126.
    @Test func anErrorThrownByAHandlerEndsTheProgram() throws {
        let origin = try ScriptedOrigin.answering(Self.ok)
        struct Mistake: Error {}
        #expect(throws: Mistake.self) {
            try HTTP.run { try HTTP.get("http://127.0.0.1:\(origin.address.port)/") { _ in throw Mistake() } }
        }
        origin.end()
    }
}
