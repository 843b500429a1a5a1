import Engine
import Glibc
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Requests that the program gives up, and those that take too long.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientAbortTests {
    /// Answers nothing; keeps the connection until the client ends it.
    private static func silent() throws -> ScriptedOrigin { try ScriptedOrigin { client, _ in _ = client.receive() } }

    /// In use, being dialled, free and waiting of the loop's global agent.
    private func figures(_ rig: ClientRig) async throws -> [Int] {
        try await rig.on {
            HTTP.globalAgent.snapshot().origins.reduce([0, 0, 0, 0]) {
                [$0[0] + $1.inUse, $0[1] + $1.dialling, $0[2] + $1.free, $0[3] + $1.waiting]
            }
        }
    }

    /// Rows 138, 139.
    @Test func abortBeforeAResponseClosesTheSocketAndIsAHangUp() async throws {
        let ended = Shared(false)
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            _ = client.receive()
            ended.update { $0 = true }
        }
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            told.follow(request)
            request.end()
        }
        #expect(await rig.until { told.events.contains("finish") })
        let inside = try await rig.on {
            told.request?.abort()
            return told.events
        }
        #expect(!inside.contains("abort"), "nothing is told inside the call")
        await rig.over(told)
        #expect(told.events == ["socket", "finish", "abort", "error ECONNRESET", "close"])
        #expect(told.request?.aborted == true)
        #expect(await untilTrue { ended.value })
        #expect(try await figures(rig) == [0, 0, 0, 0])
        try await rig.close()
        origin.end()
    }

    /// What the program does to the socket itself is done to the request.
    ///
    /// Row 159.
    @Test func destroyedSocketEndsTheRequestThatItCarries() async throws {
        let origin = try Self.silent()
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            told.follow(request)
            request.onSocket = { $0.destroy() }
            request.end()
        }
        await rig.over(told)
        #expect(told.events.suffix(2) == ["error ECONNRESET", "close"])
        #expect(try await figures(rig) == [0, 0, 0, 0])
        try await rig.close()
        origin.end()
    }

    /// Row 159.
    @Test func destroyedSocketCutsTheResponseOff() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            told.follow(request)
            request.onResponse = { message in
                told.take(message)
                message.onData = { _ in message.socket?.destroy() }
            }
            request.end()
        }
        await rig.over(told)
        #expect(told.events == ["socket", "finish", "response 200", "aborted ECONNRESET", "close"])
        #expect(try await figures(rig) == [0, 0, 0, 0])
        try await rig.close()
        origin.end()
    }

    /// Row 159.
    @Test func destroyedFreeSocketLeavesThePool() async throws {
        let origin = try ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let rig = try ClientRig()
        let agent = try await rig.on { LoopBound(rig.agent(keepAlive: true)) }
        let port = origin.address.port
        _ = try await rig.run {
            try HTTP.get(
                RequestOptions(hostname: "127.0.0.1", port: port, agent: .agent(agent.value(on: rig.home.loop))))
        }
        let left = try await rig.on {
            let agent = agent.value(on: rig.home.loop)
            for socket in agent.freeSockets.values.joined() { socket.destroy() }
            return agent.freeSockets.count
        }
        #expect(left == 0)
        try await rig.close()
        origin.end()
    }

    /// What comes after `onClose` is told to nobody: its listeners are gone, and it must not end the program.
    @Test func writeAfterTheCloseIsNoError() async throws {
        let origin = try ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let rig = try ClientRig()
        let unhandled = Shared(0)
        try await rig.on {
            _ = UnhandledError.watch(rig.home.loop) { unhandled.update { $0 += 1 } }
        }
        let told = try await rig.run {
            try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
        }
        try await rig.on { _ = told.request?.write("late") }
        _ = try await rig.on {}
        #expect(unhandled.value == 0 && told.failure == nil)
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func abortWhileTheNameIsResolvedOrDialledLeavesNothing() async throws {
        let origin = try Self.silent()
        let rig = try ClientRig()
        for host in ["127.0.0.1", "localhost"] {
            let told = try await rig.run {
                let request = try HTTP.get(RequestOptions(hostname: host, port: origin.address.port))
                request.abort()
                return request
            }
            #expect(told.events == ["abort", "error ECONNRESET", "close"])
        }
        #expect(await untilTrue { (try? await figures(rig)) == [0, 0, 0, 0] })
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func abortOfARequestOutsideThePoolEndsItsDial() async throws {
        let origin = try Self.silent()
        let rig = try ClientRig()
        let told = try await rig.run {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port, agent: .none))
            request.abort()
            return request
        }
        #expect(told.events == ["abort", "error ECONNRESET", "close"])
        try await rig.close()
        origin.end()
    }

    /// Rows 117, 138, 139.
    @Test func abortInTheQueueLeavesIt() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let calls = [Told(), Told(), Told()]
        let waiting = try await rig.on {
            let agent = rig.agent(maxSockets: 1)
            let options = RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(agent))
            for call in calls { call.follow(try HTTP.get(options)) }
            let before = agent.requests[agent.getName(options)]?.count
            calls[1].request?.abort()
            return [before, agent.requests[agent.getName(options)]?.count]
        }
        #expect(waiting == [2, 1])
        for call in calls { await rig.over(call) }
        #expect(calls.map(\.status) == [200, nil, 200])
        #expect(calls[1].events == ["abort", "error ECONNRESET", "close"])
        #expect(origin.requests.count == 2)
        try await rig.close()
        origin.end()
    }

    /// Rows 138, 146.
    @Test func abortInsideAResponseAbortsTheMessage() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            told.follow(try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port)))
        }
        #expect(await rig.until { told.text == "abc" })
        try await rig.on { told.request?.abort() }
        await rig.over(told)
        #expect(told.events.suffix(4) == ["response 200", "abort", "aborted ECONNRESET", "close"])
        #expect(try await figures(rig) == [0, 0, 0, 0])
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func abortFromWithinTheResponseHandlerEndsTheRequest() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.port))
            told.follow(request)
            request.onResponse = { message in
                told.take(message)
                request.abort()
            }
        }
        await rig.over(told)
        #expect(told.events.contains("aborted ECONNRESET") && !told.events.contains("end"))
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func abortAfterTheEndDoesNothing() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.get { RequestOptions(hostname: "127.0.0.1", port: origin.port) }
        try await rig.on { told.request?.abort() }
        try await rig.on {}
        #expect(told.events.last == "close" && told.request?.aborted == false)
        try await rig.close()
        origin.end()
    }

    /// Row 138.
    @Test func aRequestThatIsAbortedCountsForTheLoopNoMore() throws {
        // Otherwise it would not end.
        try HTTP.run {
            let request = try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: 9))
            request.onClose = {}
            request.abort()
        }
    }

    /// Row 140.
    @Test func aTimeoutOnlyInforms() async throws {
        let origin = try Self.silent()
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            told.follow(request)
            request.setTimeout(10)
        }
        #expect(await rig.until { told.events.filter { $0 == "timeout" }.count >= 2 })
        #expect(!told.events.contains("close"))
        try await rig.on { told.request?.abort() }
        await rig.over(told)
        try await rig.close()
        origin.end()
    }

    /// Row 140.
    @Test func aTimeoutIsGivenItsClosureAndMayBeTurnedOff() async throws {
        let origin = try Self.silent()
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            told.follow(request)
            request.setTimeout(5) {
                told.note("expired")
                request.setTimeout(0)
                _ = LoopTimer(rig.home.loop, afterMs: 30) { request.abort() }
            }
        }
        await rig.over(told)
        #expect(told.events.filter { $0 == "expired" }.count == 1)
        try await rig.close()
        origin.end()
    }

    /// Row 140.
    @Test func bytesOfTheBodyPutTheTimeoutOff() async throws {
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 110\r\n\r\n")
            for _ in 0..<110 {
                usleep(5_000)
                client.send("x")
            }
            _ = client.receive()
        }
        let rig = try ClientRig()
        let told = try await rig.run {
            let request = try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
            request.setTimeout(500)
            return request
        }
        #expect(told.body.count == 110 && !told.events.contains("timeout"))
        try await rig.close()
        origin.end()
    }

    /// Rows 140, 154.
    @Test func aResponseMaySetTheTimeoutToo() async throws {
        let origin = try ScriptedOrigin.stopping(behind: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        let rig = try ClientRig()
        let told = try await rig.run {
            try HTTP.get(RequestOptions(hostname: "127.0.0.1", port: origin.address.port))
        } following: { request in
            request.onResponse = { message in
                message.resume()
                message.setTimeout(10) {
                    message.setTimeout(0)
                    request.abort()
                }
            }
        }
        #expect(told.events.contains("timeout") && told.events.suffix(2) == ["abort", "close"])
        try await rig.close()
        origin.end()
    }

    /// Row 141.
    @Test func theTimeoutEndsWithItsRequest() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run {
            let agent = rig.agent(keepAlive: true)
            let request = try HTTP.get(
                RequestOptions(hostname: "127.0.0.1", port: origin.port, agent: .agent(agent)))
            request.setTimeout(10)
            return request
        }
        let after = Shared(false)
        try await rig.on { _ = LoopTimer(rig.home.loop, afterMs: 40) { after.update { $0 = true } } }
        #expect(await untilTrue { after.value })
        #expect(told.events.last == "close", "nothing follows, though the socket lives on")
        try await rig.close()
        origin.end()
    }

    /// Rows 142, 143.
    @Test func socketOptionsAreAppliedOnceThereIsASocket() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let values = Shared<[CInt]>([])
        let told = Told()
        try await rig.on {
            let request = try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: origin.port))
            told.follow(request)
            request.setNoDelay(false)
            request.setSocketKeepAlive(true, initialDelayMs: 7_000)
            request.onSocket = { socket in
                let options = [
                    (CInt(IPPROTO_TCP), TCP_NODELAY), (SOL_SOCKET, SO_KEEPALIVE), (CInt(IPPROTO_TCP), TCP_KEEPIDLE),
                ].map { level, name in
                    var value: CInt = -1
                    var length = socklen_t(4)
                    _ = getsockopt(socket.fd, level, name, &value, &length)
                    return value
                }
                values.update { $0 = options }
            }
            request.end()
        }
        await rig.over(told)
        #expect(values.value == [0, 1, 7])
        try await rig.close()
        origin.end()
    }
}
