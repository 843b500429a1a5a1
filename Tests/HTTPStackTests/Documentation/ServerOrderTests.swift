import Engine
import HTTPStack
import TestSupport
import Testing

/// The order in which a server, its messages and its responses tell what happens: see docs/node-parity.md.
@Suite struct ServerOrderTests {
    /// What a server tells of a client that sends `bytes`, and then does what `client` says. The server closes when the client
    /// has.
    private func told(
        of bytes: String, client: @escaping (Socket) -> Void = { _ in },
        setUp: @escaping (Server, EventLog) -> Void
    ) throws -> [String] {
        let log = EventLog()
        try HTTP.run {
            let server = HTTP.createServer()
            server.onConnection = { _ in log("connection") }
            server.onClose = { log("server close") }
            setUp(server, log)
            server.listen(0, "127.0.0.1") { log("listening") }
            log("listen returned")
            Socket.connect(port: server.address?.port ?? 0, host: "127.0.0.1") { result in
                guard case .success(let socket) = result else { return server.close() }
                socket.onData = { _ in }
                socket.onClose = { server.close() }
                socket.write(bytes)
                client(socket)
            }
        }
        return log.lines
    }

    /// Rows 15, 19, 21, 39, 50.
    @Test func oneRequestFromListenToClose() throws {
        let lines = try told(of: "POST / HTTP/1.1\r\nHost: o\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab") {
            server, log in
            server.onRequest = { message, response in
                log("request")
                log.follow(message)
                log.follow(response)
                let onEnd = message.onEnd
                message.onEnd = {
                    onEnd?()
                    response.end("ok")
                    log("end returned")
                }
            }
        }
        #expect(
            lines == [
                "listen returned", "listening", "connection", "request", "message data", "message end",
                "end returned", "response finish", "server close",
            ])
    }

    /// Rows 15, 16.
    @Test func theNextRequestComesWhenTheResponseBeforeItHasEnded() throws {
        let head = "GET / HTTP/1.1\r\nHost: o\r\n"
        let lines = try told(of: "\(head)\r\n\(head)Connection: close\r\n\r\n") { server, log in
            var count = 0
            server.onRequest = { _, response in
                count += 1
                let number = count
                log("request \(number)")
                server.loop.soon {
                    log("answer \(number)")
                    response.end()
                }
            }
        }
        #expect(lines.dropFirst(3) == ["request 1", "answer 1", "request 2", "answer 2", "server close"])
    }

    /// Rows 49, 148.
    @Test func aRequestThatIsCutOff() throws {
        let lines = try told(
            of: "POST / HTTP/1.1\r\nHost: o\r\nContent-Length: 9\r\n\r\nab",
            client: { socket in _ = LoopTimer(socket.loop, afterMs: 20) { socket.destroy() } },
            setUp: { server, log in
                server.onRequest = { message, response in
                    log("request")
                    log.follow(message)
                    log.follow(response)
                }
            })
        #expect(
            lines.dropFirst(3) == [
                "request", "message data", "message aborted", "message close", "response close", "server close",
            ])
    }

    /// Rows 49, 50.
    @Test func aResponseToAClientThatHasResetIsNotFinished() throws {
        var client: Socket?
        let lines = try told(
            of: "GET / HTTP/1.1\r\nHost: o\r\n\r\n", client: { client = $0 },
            setUp: { server, log in
                server.onRequest = { _, response in
                    log("request")
                    log.follow(response)
                    client?.reset()
                    response.end([UInt8](repeating: 0, count: 65_536))
                    server.close()
                }
            })
        #expect(lines.dropFirst(3) == ["request", "response close", "server close"])
    }

    /// Rows 26, 28.
    @Test func afterConnectOnlyTheSocketTells() throws {
        let lines = try told(
            of: "CONNECT o:1 HTTP/1.1\r\nHost: o:1\r\n\r\nearly", client: { $0.end() },
            setUp: { server, log in
                server.onTimeout = { _ in log("timeout") }
                server.onConnect = { _, socket, early in
                    log("connect \(String(decoding: early, as: UTF8.self))")
                    log.follow(socket)
                }
            })
        #expect(lines.dropFirst(3) == ["connect early", "socket end", "socket close", "server close"])
    }

    /// Row 44.
    @Test func aTimeoutIsToldToTheRequestTheResponseAndTheServer() throws {
        let lines = try told(of: "POST / HTTP/1.1\r\nHost: o\r\nContent-Length: 9\r\n\r\nab") { server, log in
            server.setTimeout(10) { socket in
                log("server timeout")
                socket.destroy()
            }
            server.onRequest = { message, response in
                log("request")
                message.onTimeout = { log("message timeout") }
                response.onTimeout = {
                    log("response timeout")
                    response.destroy()
                }
            }
        }
        #expect(lines.dropFirst(3).prefix(4) == ["request", "message timeout", "response timeout", "server timeout"])
    }

    /// Rows 50, 72.
    @Test func drainComesBeforeFinish() throws {
        let lines = try told(of: "GET / HTTP/1.1\r\nHost: o\r\nConnection: close\r\n\r\n") { server, log in
            server.onRequest = { _, response in
                log("request")
                log.follow(response)
                let onDrain = response.onDrain
                response.onDrain = {
                    onDrain?()
                    response.end()
                }
                let bytes = [UInt8](repeating: 0, count: 65_536)
                while response.write(bytes) {}
            }
        }
        #expect(lines.dropFirst(3) == ["request", "response drain", "response finish", "server close"])
    }
}
