import Engine
import HTTPStack
import TestSupport
import Testing

/// The code of HTTPStack's articles, run. Lines are changed here and there together: `dev/check-docs` compares them.
@Suite struct ArticleTests {
    /// Runs a server as long as `client` needs it; `client` gets its port.
    private func run(_ make: () throws -> Server, _ client: @escaping (UInt16, Server) throws -> Void) throws {
        try HTTP.run {
            let server = try make()
            server.listen(0, "127.0.0.1") {
                do { try client(server.address?.port ?? 0, server) } catch {
                    Issue.record(error)
                    server.close()
                }
            }
        }
    }

    /// Gets `path` and calls `done` with the response and its whole body; then the server closes.
    private func get(
        _ port: UInt16, _ path: String, from server: Server, _ done: @escaping (IncomingMessage, String) -> Void
    ) throws {
        try HTTP.get("http://127.0.0.1:\(port)\(path)") { response in
            var text = ""
            response.onData = { text += String(decoding: $0, as: UTF8.self) }
            response.onEnd = {
                done(response, text)
                server.close()
            }
        }
    }

    @Test func aServerGreets() throws {
        var answer: (Int, String?, String)?
        try run {
            let server = HTTP.createServer { request, response in
                try response.writeHead(200, headers: ["Content-Type": "text/plain"])
                response.end("Hello, \(request.url)\n")
            }
            return server
        } _: { port, server in
            try get(port, "/world", from: server) { answer = ($0.statusCode, $0.headers["content-type"], $1) }
        }
        #expect(answer?.0 == 200)
        #expect(answer?.1 == "text/plain")
        #expect(answer?.2 == "Hello, /world\n")
    }

    @Test func aBodyIsTakenPieceByPiece() throws {
        var answer = ""
        try run {
            HTTP.createServer { request, response in
                var count = 0
                request.onData = { bytes in count += bytes.count }
                request.onEnd = { response.end("\(count) bytes\n") }
                request.onAborted = { failure in print("cut off after \(count) bytes: \(failure.code)") }
            }
        } _: { port, server in
            var options = RequestOptions(host: "127.0.0.1", port: port, method: "POST", path: "/upload")
            options.headers = ["Content-Type": "text/plain"]
            let request = try HTTP.request(options) { response in
                print(response.statusCode, response.headers["content-type"] ?? "no type")
                response.onData = { bytes in answer += String(decoding: bytes, as: UTF8.self) }
                response.onEnd = { server.close() }
            }
            request.onError = { failure in print("no response: \(failure.code)") }
            request.write("first piece, ")
            request.end("and the last")
        }
        #expect(answer == "25 bytes\n")
    }

    @Test func aSlowReaderHoldsTheWriterBack() throws {
        var received = 0
        try run {
            HTTP.createServer { _, response in
                let piece = [UInt8](repeating: 0x2e, count: 65_536)
                var left = 100
                func more() {
                    while left > 0 {
                        left -= 1
                        if !response.write(piece) { return }
                    }
                    response.end()
                }
                response.onDrain = more
                more()
            }
        } _: { port, server in
            try HTTP.get("http://127.0.0.1:\(port)/") { response in
                response.onData = { received += $0.count }
                response.onEnd = { server.close() }
            }
        }
        #expect(received == 6_553_600)
    }

    @Test func mistakesAreThrown() throws {
        var thrown: [OutgoingError] = []
        try run {
            HTTP.createServer { request, response in
                do {
                    try response.setHeader("X-Name", "two\r\nlines")
                } catch OutgoingError.illegalValue(let name) {
                    try response.writeHead(400)
                    response.end("\(name) cannot be sent\n")
                }
                do throws(OutgoingError) { try response.setHeader("A", "b") } catch { thrown.append(error) }
            }
        } _: { port, server in
            try get(port, "/", from: server) { response, text in
                #expect(response.statusCode == 400)
                #expect(text == "X-Name cannot be sent\n")
            }
        }
        #expect(thrown == [.headersSent])
    }

    @Test func fieldsAreAListThatReadsLikeADictionary() {
        var fields: HeaderFields = ["Accept": "text/html", "Set-Cookie": "a=1", "Set-Cookie": "b=2"]
        fields.append("Via", "1.1 here")
        fields["accept"] = "*/*"
        for field in fields { print(field.name, field.value) }
        #expect(fields.list("set-cookie") == ["a=1", "b=2"])
        #expect(fields["Accept"] == "*/*")
        #expect(fields.map(\.name) == ["accept", "Set-Cookie", "Set-Cookie", "Via"])
    }

    @Test func receivedFieldsAreMergedOrRaw() throws {
        var seen: (accept: String?, raw: Int)?
        try run {
            HTTP.createServer { request, response in
                let accept = request.headers["accept"]
                for (name, value) in request.headers {
                    switch value {
                    case .single(let text): print(name, text)
                    case .list(let texts): print(name, texts)
                    }
                }
                seen = (accept, request.rawHeaders.count)
                response.end()
            }
        } _: { port, server in
            let options = RequestOptions(
                host: "127.0.0.1", port: port, headers: ["Accept": "a", "ACCEPT": "b", "Connection": "close"])
            try HTTP.get(options) { response in
                response.onEnd = { server.close() }
                response.resume()
            }
        }
        #expect(seen?.accept == "a, b")
        #expect(seen?.raw == 8)
    }

    @Test func anAgentKeepsSockets() throws {
        var reused: [Bool] = []
        var freeAfterwards = 0
        try run {
            HTTP.createServer { _, response in response.end("ok") }
        } _: { port, server in
            let agent = Agent(keepAlive: true, maxSockets: 1)
            let options = RequestOptions(host: "127.0.0.1", port: port, agent: .agent(agent))
            for number in 1...3 {
                let request = try HTTP.get(options)
                request.onResponse = { $0.resume() }
                request.onClose = {
                    reused.append(request.reusedSocket)
                    guard number == 3 else { return }
                    freeAfterwards = agent.freeSockets[agent.getName(options)]?.count ?? 0
                    agent.destroy()
                    server.close()
                }
            }
        }
        #expect(reused == [false, true, true])
        #expect(freeAfterwards == 1)
    }

    @Test func anUpgradeHandsTheSocketOver() throws {
        var heard = ""
        try run {
            let server = HTTP.createServer { _, response in response.end("not upgraded\n") }
            server.onUpgrade = { request, socket, early in
                socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
                socket.write(early)
                socket.pipe(to: socket)
            }
            return server
        } _: { port, server in
            let request = try HTTP.request(
                RequestOptions(
                    host: "127.0.0.1", port: port, headers: ["Connection": "Upgrade", "Upgrade": "echo"]))
            request.onUpgrade = { response, socket, early in
                socket.onData = { bytes in
                    heard += String(decoding: bytes, as: UTF8.self)
                    socket.end()
                }
                socket.onClose = { server.close() }
                socket.write("is anybody there?")
            }
            request.end()
        }
        #expect(heard == "is anybody there?")
    }

    @Test func aTaskAnswers() async throws {
        let text = try await HTTP.run {
            let server = HTTP.createServer()
            server.handle { request, response in
                let body = try await request.text(upTo: 1000)
                let answer = try await HTTP.get(body)
                try response.writeHead(answer.statusCode)
                for try await chunk in answer.body { try await response.write(chunk) }
                response.end()
            }
            let address = try await server.listen(port: 0, host: "127.0.0.1")
            let origin = HTTP.createServer { _, response in response.end("from the origin") }
            let originAddress = try await origin.listen(port: 0, host: "127.0.0.1")
            let request = try HTTP.request(
                RequestOptions(host: "127.0.0.1", port: address.port, method: "POST"))
            request.end("http://127.0.0.1:\(originAddress.port)/")
            let text = try await request.response().text()
            server.close()
            origin.close()
            return text
        }
        #expect(text == "from the origin")
    }
}
