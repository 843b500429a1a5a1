import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// Handlers that are tasks on the server's loop.
@Suite(.timeLimit(.minutes(1))) struct AsyncServerTests {
    private struct Trouble: Error {}

    /// Runs `body` on a loop with a server that `handler` serves and its port; the server is gone afterwards, with all it had.
    private func withServer<Value: Sendable>(
        _ handler: @escaping @Sendable (IncomingMessage, ServerResponse) async throws -> Void,
        _ body: @escaping @Sendable (Server, UInt16) async throws -> Value
    ) async throws -> Value {
        try await HTTP.run {
            let server = HTTP.createServer()
            server.handle(handler)
            let address = try await server.listen(host: "127.0.0.1")
            let value = try await body(server, address.port)
            server.close()
            server.destroy()
            try await server.closed()
            #expect(server.loop.buffers.inUse == 0)
            return value
        }
    }

    @Test func aHandlerRunsOnTheLoopAndItsReturnEndsTheResponse() async throws {
        let text = try await withServer { request, response in
            let before = EventLoop.current
            await Task.yield()
            try response.setHeader("X-Same", "\(before != nil && EventLoop.current === before)")
            try await response.write("for \(request.url)")
        } _: { _, port in
            let response = try await HTTP.get("http://127.0.0.1:\(port)/x?y")
            #expect(response.headers["x-same"] == "true")
            return try await response.text()
        }
        #expect(text == "for /x?y")
    }

    @Test func whatAHandlerThrowsIsAnsweredWith500AndReported() async throws {
        let reported = Shared(0)
        let status = try await withServer { _, _ in
            await Task.yield()
            throw Trouble()
        } _: { server, port in
            server.onHandlerError = { _ in reported.update { $0 += 1 } }
            let response = try await HTTP.get("http://127.0.0.1:\(port)/")
            _ = try await response.bytes()
            return response.statusCode
        }
        #expect(status == 500)
        #expect(reported.value == 1)
    }

    @Test func anUploadIsReadAtTheHandlersSpeed() async throws {
        let size = 3_000_000
        let read = try await withServer { request, response in
            var count = 0
            for try await chunk in request.body {
                #expect(chunk.count <= 65_536, "no more than one read is held")
                count += chunk.count
                await Task.yield()
            }
            response.end("\(count)")
        } _: { _, port in
            let request = try HTTP.request(RequestOptions(host: "127.0.0.1", port: port, method: "POST"))
            let piece = [UInt8](repeating: 0x61, count: 100_000)
            for _ in 0..<(size / piece.count) { try await request.write(piece) }
            request.end()
            return try await request.response().text()
        }
        #expect(read == "\(size)")
    }

    @Test func aBodyThatIsCutOffThrows() async throws {
        let failure = Shared<ExchangeFailure?>(nil)
        try await withServer { request, _ in
            do {
                _ = try await request.bytes()
            } catch let error as ExchangeFailure {
                failure.update { $0 = error }
                throw error
            }
        } _: { server, port in
            let socket = try await Socket.connect(port: port, host: "127.0.0.1")
            try await socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            while server.connectionCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
            socket.destroy()
            while failure.value == nil { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(failure.value?.kind == .aborted)
    }

    @Test func aHandlerIsHeldBackByItsClientAndCancelledWhenThatGoes() async throws {
        let written = Shared(0)
        let ended = Shared("not at all")
        try await withServer { _, response in
            let piece = [UInt8](repeating: 0x62, count: 65_536)
            do {
                for _ in 0..<100_000 {
                    try await response.write(piece)
                    written.update { $0 += piece.count }
                }
            } catch is CancellationError {
                ended.update { $0 = "cancelled" }
            } catch is StreamClosed {
                ended.update { $0 = "closed" }
            }
        } _: { server, port in
            let socket = try await Socket.connect(port: port, host: "127.0.0.1")
            try await socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            var before = -1
            while before != written.value || before < 1 {
                before = written.value
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(before < 50_000_000, "the kernel's buffers are all it could fill")
            socket.destroy()
            while server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(1)) }
            while ended.value == "not at all" { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(ended.value == "cancelled")
    }

    @Test func aConnectHandlerHasTheSocketAndWhatCameEarly() async throws {
        let heard = try await withServer { _, _ in
        } _: { server, port in
            server.handleConnect { request, socket, head in
                try await socket.write("HTTP/1.1 200 OK\r\n\r\n\(request.url) ")
                try await socket.write(head)
                for try await bytes in socket.bytes { try await socket.write(bytes) }
                socket.end()
            }
            let socket = try await Socket.connect(port: port, host: "127.0.0.1")
            try await socket.write("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\nearly ")
            try await socket.write("late")
            socket.end()
            var heard: [UInt8] = []
            for try await bytes in socket.bytes { heard += bytes }
            return String(decoding: heard, as: UTF8.self)
        }
        #expect(heard == "HTTP/1.1 200 OK\r\n\r\nb:1 early late")
    }

    @Test func anUpgradeHandlerHasTheSocket() async throws {
        let heard = try await withServer { _, _ in
        } _: { server, port in
            server.handleUpgrade { _, socket, _ in
                try await socket.write(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: e\r\n\r\nhi")
                socket.end()
            }
            let request = try HTTP.request(
                RequestOptions(host: "127.0.0.1", port: port, headers: ["Connection": "Upgrade", "Upgrade": "e"]))
            let heard = Shared("")
            request.onUpgrade = { _, socket, early in
                heard.update { $0 += String(decoding: early, as: UTF8.self) }
                socket.onData = { bytes in
                    let text = String(decoding: bytes, as: UTF8.self)
                    heard.update { $0 += text }
                }
            }
            request.end()
            while heard.value.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            return heard.value
        }
        #expect(heard == "hi")
    }

    @Test func aPortInUseIsThrown() async throws {
        try await withServer { _, _ in
        } _: { _, port in
            let other = HTTP.createServer()
            await #expect(throws: ListenError.self) { try await other.listen(port: port, host: "127.0.0.1") }
        }
    }

    @Test func waitingForTheEndIsCancelledWithTheServer() async throws {
        try await HTTP.run {
            let server = HTTP.createServer()
            try await server.listen(host: "127.0.0.1")
            let loop = server.loop
            let bound = LoopBound(server)
            let waiting = Task(executorPreference: loop) { try await bound.value(on: loop).closed() }
            await Task.yield()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(server.address == nil)
        }
    }
}
