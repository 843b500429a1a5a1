import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// Requests that tasks make, against servers on the same loop.
@Suite(.timeLimit(.minutes(1))) struct AsyncClientTests {
    /// Runs `body` on a loop with the port of a server that `onRequest` serves.
    private func withServer<Value: Sendable>(
        _ onRequest: @escaping @Sendable (IncomingMessage, ServerResponse) throws -> Void,
        _ body: @escaping @Sendable (Server, UInt16) async throws -> Value
    ) async throws -> Value {
        try await HTTP.run {
            let server = HTTP.createServer { request, response in try onRequest(request, response) }
            let address = try await server.listen(host: "127.0.0.1")
            let value = try await body(server, address.port)
            server.close()
            server.destroy()
            try await server.closed()
            return value
        }
    }

    /// Writes to the response again and again from when `condition` holds: that is how a server learns that a client, which
    /// might have half-closed, is gone.
    private static func write(to response: ServerResponse, when condition: @escaping () -> Bool) throws {
        let loop = try #require(EventLoop.current)
        func tick() {
            guard response.isWritable else { return }
            if condition() { response.write("part") }
            _ = LoopTimer(loop, afterMs: 1, tick)
        }
        tick()
    }

    @Test func aResponseComesWithHeadBodyAndTrailers() async throws {
        try await withServer { _, response in
            try response.writeHead(201, "Made", headers: ["Trailer": "X-Sum", "A": "1"])
            response.write("one ")
            response.write("two")
            try response.addTrailers(["X-Sum": "7"])
            response.end()
        } _: { _, port in
            let response = try await HTTP.get("http://127.0.0.1:\(port)/")
            #expect(response.statusCode == 201)
            #expect(response.statusMessage == "Made")
            #expect(response.headers["a"] == "1")
            let text = try await response.text()
            #expect(text == "one two")
            #expect(response.trailers["x-sum"] == "7")
        }
    }

    @Test func aRefusedConnectionIsThrown() async throws {
        try await HTTP.run {
            // Bound, and let go again.
            let port = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0)).address.port
            do {
                _ = try await HTTP.get("http://127.0.0.1:\(port)/")
                Issue.record("there is nobody to answer")
            } catch let failure as ExchangeFailure {
                #expect(failure.kind == .connectRefused)
            }
        }
    }

    /// Neither is a response, and nobody listens for the socket: the task must not wait for ever.
    @Test(arguments: ["CONNECT", "GET"])
    func aSocketInPlaceOfAResponseIsThrown(method: String) async throws {
        try await HTTP.run {
            let server = HTTP.createServer { _, response in response.end() }
            server.onConnect = { _, socket, _ in
                socket.write("HTTP/1.1 200 OK\r\n\r\n")
                socket.end()
            }
            server.onUpgrade = { _, socket, _ in
                socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
                socket.end()
            }
            let address = try await server.listen(host: "127.0.0.1")
            let request = try HTTP.request(
                RequestOptions(
                    host: "127.0.0.1", port: address.port, method: method, path: method == "GET" ? "/" : "a:1",
                    headers: ["Connection": "Upgrade", "Upgrade": "x"]))
            request.end()
            await #expect(throws: ExchangeFailure(.aborted)) { _ = try await request.response() }
            server.close()
            server.destroy()
        }
    }

    @Test func aResponseThatIsCutOffThrowsBehindWhatCame() async throws {
        try await withServer { _, response in
            try response.writeHead(200, headers: ["Content-Length": "10"])
            response.write("half")
            _ = LoopTimer(try #require(EventLoop.current), afterMs: 5) { response.destroy() }
        } _: { _, port in
            let response = try await HTTP.get("http://127.0.0.1:\(port)/")
            var got: [UInt8] = []
            do {
                for try await chunk in response.body { got += chunk }
                Issue.record("a part was taken for the whole")
            } catch let failure as ExchangeFailure {
                #expect(failure.kind == .truncated || failure.kind == .reset)
            }
            #expect(String(decoding: got, as: UTF8.self) == "half")
        }
    }

    @Test func cancellingARequestClosesItsConnection() async throws {
        let isClosed = Shared(false)
        let isCancelled = Shared(false)
        try await withServer { _, response in
            response.onClose = { isClosed.update { $0 = true } }
            try Self.write(to: response, when: { isCancelled.value })
        } _: { server, port in
            let loop = server.loop
            let asking = Task(executorPreference: loop) { _ = try await HTTP.get("http://127.0.0.1:\(port)/") }
            while server.connectionCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
            asking.cancel()
            await #expect(throws: CancellationError.self) { try await asking.value }
            isCancelled.update { $0 = true }
            while !isClosed.value { try await Task.sleep(for: .milliseconds(1)) }
            #expect(HTTP.globalAgent.sockets.isEmpty)
        }
    }

    @Test func cancellingTheReaderOfABodyClosesTheConnection() async throws {
        let isClosed = Shared(false)
        try await withServer { _, response in
            response.onClose = { isClosed.update { $0 = true } }
            try Self.write(to: response, when: { true })
        } _: { server, port in
            let chunks = Shared(0)
            let reading = Task(executorPreference: server.loop) {
                for try await _ in try await HTTP.get("http://127.0.0.1:\(port)/").body { chunks.update { $0 += 1 } }
            }
            while chunks.value == 0 { try await Task.sleep(for: .milliseconds(1)) }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            while !isClosed.value { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test func leavingTheLoopOverABodyClosesTheConnection() async throws {
        let isClosed = Shared(false)
        try await withServer { _, response in
            response.onClose = { isClosed.update { $0 = true } }
            try Self.write(to: response, when: { true })
        } _: { _, port in
            for try await _ in try await HTTP.get("http://127.0.0.1:\(port)/").body { break }
            while !isClosed.value { try await Task.sleep(for: .milliseconds(1)) }
            #expect(HTTP.globalAgent.sockets.isEmpty)
        }
    }

    @Test func aRequestWhoseBodyIsLeftHalfwayIsAnswered() async throws {
        let text = try await HTTP.run {
            let server = HTTP.createServer()
            server.handle { request, response in
                for try await _ in request.body { break }
                response.end("enough")
            }
            let port = try await server.listen(host: "127.0.0.1").port
            let request = try HTTP.request(RequestOptions(host: "127.0.0.1", port: port, method: "PUT"))
            try await request.write("part")
            let text = try await request.response().text()
            request.abort()
            return text
        }
        #expect(text == "enough")
    }

    @Test func aBodyLongerThanAskedForIsRefused() async throws {
        try await withServer { _, response in
            response.end(String(repeating: "x", count: 1_000))
        } _: { _, port in
            let url = "http://127.0.0.1:\(port)/"
            let whole = try await HTTP.get(url).bytes(upTo: 1_000)
            #expect(whole.count == 1_000)
            await #expect(throws: BodyTooLong(limit: 999)) { _ = try await HTTP.get(url).bytes(upTo: 999) }
        }
    }

    @Test func aResponseThatComesBeforeTheUploadIsDoneIsNotMissed() async throws {
        try await withServer { _, response in
            response.end("enough")
        } _: { _, port in
            let request = try HTTP.request(RequestOptions(host: "127.0.0.1", port: port, method: "PUT"))
            let piece = [UInt8](repeating: 0x63, count: 65_536)
            var text = ""
            do {
                for _ in 0..<1_000 { try await request.write(piece) }
                request.end()
                text = try await request.response().text()
            } catch is StreamClosed {
                text = try await request.response().text()
            }
            #expect(text == "enough")
        }
    }

    @Test func aBodyThatIsAskedForTooLateThrows() async throws {
        let failure = Shared<ExchangeFailure?>(nil)
        try await withServer { request, response in
            response.end("without the body")
            let loop = try #require(EventLoop.current)
            let bound = LoopBound(request)
            Task(executorPreference: loop) {
                do {
                    _ = try await bound.value(on: loop).bytes()
                } catch let error as ExchangeFailure {
                    failure.update { $0 = error }
                }
            }
        } _: { _, port in
            let request = try HTTP.request(RequestOptions(host: "127.0.0.1", port: port, method: "POST"))
            try await request.write([UInt8](repeating: 1, count: 10))
            _ = try await request.response().text()
            request.abort()
            while failure.value == nil { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(failure.value?.kind == .aborted)
    }

    @Test func socketsCarryBothWaysForTasks() async throws {
        try await withServer { _, response in
            response.end("ok")
        } _: { _, port in
            let socket = try await Socket.connect(port: port, host: "localhost")
            try await socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            var text = ""
            for try await bytes in socket.bytes { text += String(decoding: bytes, as: UTF8.self) }
            socket.end()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func aNameThatDoesNotExistIsThrown() async throws {
        try await HTTP.run {
            await #expect(throws: ConnectFailure.self) {
                _ = try await Socket.connect(port: 1, host: "999.999.999.999")
            }
        }
    }
}
