import Engine
import HTTPStack
import TestSupport
import Testing

/// A proxy made of `createServer` and `request`: what Node's document was written for.
@Suite struct ForwardingTests {
    /// A proxy that forwards requests to an origin and tunnels to it, whatever they name.
    private func makeProxy(_ originPort: UInt16) -> Server {
        let proxy = HTTP.createServer { request, response in
            var options = RequestOptions(host: "127.0.0.1", port: originPort, method: request.method, path: request.url)
            options.headers = HeaderFields(
                stride(from: 0, to: request.rawHeaders.count, by: 2).map {
                    (request.rawHeaders[$0], request.rawHeaders[$0 + 1])
                })
            let forwarded = try HTTP.request(options) { answer in
                for (name, value) in answer.headers where name != "connection" && name != "transfer-encoding" {
                    switch value {
                    case .single(let text): try response.setHeader(name, text)
                    case .list(let texts): try response.setHeader(name, texts)
                    }
                }
                try response.writeHead(answer.statusCode, answer.statusMessage)
                answer.pipe(to: response)
            }
            request.pipe(to: forwarded)
        }
        proxy.onConnect = { _, client, early in
            Socket.connect(port: originPort, host: "127.0.0.1") { result in
                guard case .success(let origin) = result else { return client.destroy() }
                client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
                origin.write(early)
                client.pipe(to: origin)
                origin.pipe(to: client)
            }
        }
        return proxy
    }

    /// Runs an origin and a proxy before it; `client` gets the proxy's port, and is to call what it is given when it is done.
    private func run(
        _ origin: @escaping (IncomingMessage, ServerResponse) throws -> Void,
        _ client: @escaping (UInt16, @escaping () -> Void) throws -> Void
    ) throws {
        try HTTP.run {
            let originServer = HTTP.createServer(origin)
            originServer.listen(0, "127.0.0.1")
            let proxy = makeProxy(originServer.address?.port ?? 0)
            proxy.listen(0, "127.0.0.1")
            try client(proxy.address?.port ?? 0) {
                proxy.close()
                originServer.close()
            }
        }
    }

    /// Row 162.
    @Test func statusListsAndCookiesSurviveTheHop() throws {
        var got: (Int, String, [String], String?)?
        try run { _, response in
            try response.setHeader("Set-Cookie", ["a=1", "b=2"])
            try response.setHeader("Via", ["1.1 a", "1.1 b"])
            try response.writeHead(209, "Fine so far")
            response.end("body")
        } _: { port, done in
            try HTTP.get("http://127.0.0.1:\(port)/") { response in
                got = (
                    response.statusCode, response.statusMessage, response.headers.list("set-cookie"),
                    response.headers["via"]
                )
                response.onEnd = done
                response.resume()
            }
        }
        #expect(got?.0 == 209)
        #expect(got?.1 == "Fine so far")
        #expect(got?.2 == ["a=1", "b=2"])
        #expect(got?.3 == "1.1 a, 1.1 b")
    }

    /// Rows 8, 162, 164.
    @Test func aLargeBodyGoesThroughBothWays() throws {
        let piece = [UInt8](repeating: 7, count: 65_536)
        var count = 0
        try run { request, response in
            request.pipe(to: response)
        } _: { port, done in
            let request = try HTTP.request(RequestOptions(host: "127.0.0.1", port: port, method: "PUT"))
            request.onResponse = { response in
                response.onData = { count += $0.count }
                response.onEnd = done
            }
            var left = 160
            func more() {
                while left > 0 {
                    left -= 1
                    if !request.write(piece) { return }
                }
                request.end()
            }
            request.onDrain = more
            more()
        }
        #expect(count == 160 * 65_536)
    }

    /// Row 163.
    @Test func aTunnelCarriesWhateverItIsGivenPastThePool() throws {
        var got = ""
        var inPool: Int?
        try run { _, response in
            response.end("through the tunnel")
        } _: { port, done in
            let agent = Agent(keepAlive: true)
            let request = try HTTP.request(
                RequestOptions(
                    host: "127.0.0.1", port: port, method: "CONNECT", path: "origin.example:80", agent: .agent(agent)))
            request.onConnect = { response, socket, early in
                #expect(response.statusCode == 200)
                inPool = agent.sockets.count + agent.freeSockets.count
                socket.onData = { got += String(decoding: $0, as: UTF8.self) }
                socket.onClose = done
                socket.write("GET / HTTP/1.1\r\nHost: origin.example\r\nConnection: close\r\n\r\n")
            }
            request.end()
        }
        #expect(got.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(got.hasSuffix("\r\n\r\nthrough the tunnel"))
        #expect(inPool == 0)
    }

    /// Row 164.
    @Test func socketsArePipedWithBackPressure() throws {
        var count = 0
        var most = 0
        try run { _, response in
            let piece = [UInt8](repeating: 1, count: 65_536)
            var left = 160
            func more() {
                while left > 0 {
                    left -= 1
                    if !response.write(piece) { return }
                }
                response.end()
            }
            response.onDrain = more
            more()
        } _: { port, done in
            Socket.connect(port: port, host: "127.0.0.1") { result in
                guard case .success(let socket) = result else { return done() }
                socket.onData = { bytes in
                    count += bytes.count
                    most = max(most, socket.loop.buffers.inUse)
                }
                socket.onClose = done
                socket.write(
                    "CONNECT o:1 HTTP/1.1\r\nHost: o:1\r\n\r\nGET / HTTP/1.1\r\nHost: o\r\nConnection: close\r\n\r\n")
            }
        }
        #expect(count > 160 * 65_536)
        // Ten mebibytes went through; of 64 KiB blocks a few were ever in use at once.
        #expect(most < 40)
    }
}
