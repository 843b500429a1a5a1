import Engine
import HTTPStack
import TestSupport
import Testing

/// The order in which a request and its response tell what happens: see docs/node-parity.md.
@Suite struct ClientOrderTests {
    /// What a request tells whose origin, for each head it gets, does what `origin` says.
    private func told(
        method: String = "GET", _ headers: HeaderFields = [:], origin: @escaping (Socket) -> Void,
        request act: @escaping (ClientRequest, EventLog) -> Void = { request, _ in request.end() }
    ) throws -> [String] {
        let log = EventLog()
        try HTTP.run {
            let loop = try #require(EventLoop.current)
            let double = try OriginDouble.answering(on: loop, origin)
            let request = try HTTP.request(
                RequestOptions(host: "127.0.0.1", port: double.port, method: method, headers: headers))
            log.follow(request)
            let onClose = request.onClose
            request.onClose = {
                onClose?()
                double.close()
            }
            act(request, log)
            log("returned")
        }
        return log.lines
    }

    /// Rows 126, 130, 135.
    @Test func interimResponsesComeBetweenTheSocketAndTheResponse() throws {
        var heads = 0
        let lines = try told(
            method: "PUT", ["Expect": "100-continue", "Content-Length": "4"],
            origin: { socket in
                heads += 1
                // The body looks like the end of a head to the double.
                if heads == 2 {
                    _ = socket.write("HTTP/1.1 204 No Content\r\n\r\n")
                    return
                }
                socket.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
            },
            request: { request, _ in
                let onInformation = request.onInformation
                request.onInformation = { information in
                    onInformation?(information)
                    if information.statusCode == 103 { request.end("\r\n\r\n") }
                }
            })
        #expect(
            lines.filter { $0 != "finish" } == [
                "returned", "socket", "continue", "information 100", "information 103", "response", "message end",
                "close",
            ])
    }

    /// Rows 126, 127.
    @Test func aResponseEndsBeforeItsRequestCloses() throws {
        let lines = try told(origin: { $0.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab") })
        #expect(
            lines.filter { $0 != "finish" } == [
                "returned", "socket", "response", "message data", "message end", "close",
            ])
        let finished = try #require(lines.firstIndex(of: "finish"))
        #expect(finished > 1 && finished < lines.count - 1)
    }

    /// Row 146.
    @Test func aResponseThatIsCutOff() throws {
        let lines = try told(origin: { socket in
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")
            socket.end()
        })
        #expect(
            lines.filter { $0 != "finish" } == [
                "returned", "socket", "response", "message data", "message aborted", "message close", "close",
            ])
    }

    /// Row 145.
    @Test func noResponse() throws {
        let lines = try told(origin: { $0.destroy() })
        #expect(lines.filter { $0 != "finish" } == ["returned", "socket", "error", "close"])
    }

    /// Rows 138, 139.
    @Test func anAbortBeforeTheResponse() throws {
        let lines = try told(
            origin: { _ in },
            request: { request, _ in
                request.end()
                request.abort()
            })
        #expect(lines == ["returned", "abort", "error", "close"])
    }

    /// Row 138.
    @Test func anAbortWithinTheResponse() throws {
        let lines = try told(
            origin: { $0.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab") },
            request: { request, log in
                request.onResponse = { message in
                    log("response")
                    log.follow(message)
                    message.onData = { _ in
                        log("message data")
                        request.abort()
                        log("abort returned")
                    }
                }
                request.end()
            })
        #expect(
            lines.filter { $0 != "finish" } == [
                "returned", "socket", "response", "message data", "abort returned", "abort", "message aborted",
                "message close", "close",
            ])
    }

    /// Rows 131, 133.
    @Test(arguments: [("CONNECT", "200 OK"), ("GET", "101 Switching Protocols")])
    func aSocketThatIsHandedOver(_ method: String, _ status: String) throws {
        let lines = try told(
            method: method, method == "GET" ? ["Connection": "Upgrade", "Upgrade": "echo"] : [:],
            origin: { socket in
                socket.write("HTTP/1.1 \(status)\r\n\r\nearly")
                socket.end()
            },
            request: { request, log in
                let handOver = { (_: IncomingMessage, socket: Socket, early: [UInt8]) in
                    log("handed over \(String(decoding: early, as: UTF8.self))")
                    log.follow(socket)
                }
                request.onConnect = handOver
                request.onUpgrade = handOver
                request.end()
            })
        // From there on the request's end and the socket's have nothing to do with each other.
        let of = { (word: String) in lines.filter { $0.hasPrefix(word) && $0 != "socket" } }
        #expect(lines.filter { $0 != "finish" }.prefix(3) == ["returned", "socket", "handed over early"])
        #expect(of("socket") == ["socket end", "socket close"])
        #expect(of("close") == ["close"])
    }
}
