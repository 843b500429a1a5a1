import Engine
import Glibc
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// What a server tells a program besides requests.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerEventsTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private struct Mistake: Error {}

    // MARK: Connections

    /// Rows 14, 19, 20.
    @Test func connectionIsToldBeforeItsRequestsAndOfItsBytesNothing() async throws {
        let events = Shared<[String]>([])
        let first = Shared<ObjectIdentifier?>(nil)
        let rig = try ServerRig.node { server in
            server.onConnection = { socket in
                let id = ObjectIdentifier(socket)
                first.update { $0 = id }
                events.update { $0.append("connection") }
                #expect(socket.onData == nil)
            }
            server.onRequest = { message, response in
                #expect(message.connection.map { ObjectIdentifier($0) } == first.value)
                events.update { $0.append("request") }
                response.end("x")
            }
        }
        let client = try rig.connect()
        for _ in 0..<2 {
            client.send(Self.get)
            _ = client.receive(until: "\r\n\r\nx")
        }
        #expect(events.value == ["connection", "request", "request"])
        await rig.close()
    }

    /// Row 19.
    @Test func connectionCanBeRefusedAtOnce() async throws {
        let rig = try ServerRig.node { server in
            server.onConnection = { $0.destroy() }
            server.onRequest = { _, response in response.end() }
        }
        let client = try rig.connect()
        #expect(client.receive().end == .ended)
        #expect(await rig.until { $0.connectionCount == 0 })
        await rig.close()
    }

    // MARK: Expect

    private static let expecting = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n"

    /// Row 23.
    @Test func continueIsSentWhereNobodyListensForIt() async throws {
        let rig = try ServerRig.echo()
        let client = try rig.connect()
        client.send(Self.expecting)
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("abc")
        #expect(client.receive(until: "/abc").hasPrefix("HTTP/1.1 200 OK\r\n"))
        client.send(Self.get)
        #expect(client.receive(1).end == .open, "the connection lives on")
        await rig.close()
    }

    /// Rows 22, 51.
    @Test func checkContinueTakesThePlaceOfRequest() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, _ in Issue.record("it is for onCheckContinue") }
            server.onCheckContinue = { message, response in
                response.sendDate = false
                var body = ""
                message.onData = { body += String(decoding: $0, as: UTF8.self) }
                message.onEnd = { response.end(body) }
                response.writeContinue()
            }
        }
        let client = try rig.connect()
        client.send(Self.expecting)
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("abc")
        #expect(
            client.receive(until: "abc")
                == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc")
        await rig.close()
    }

    /// Row 24.
    @Test func refusedExpectationClosesTheConnection() async throws {
        let rig = try ServerRig.node { server in
            server.onCheckContinue = { _, response in
                response.sendDate = false
                try response.writeHead(413, headers: ["Content-Length": "0"])
                response.end()
            }
        }
        let client = try rig.connect()
        client.send(Self.expecting)
        #expect(
            client.receiveText()
                == "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await rig.close()
    }

    /// Row 25.
    @Test func expectOfHTTP10IsIgnored() async throws {
        let rig = try ServerRig.node { server in
            server.onCheckContinue = { _, _ in Issue.record("HTTP/1.0 knows no 100") }
            server.onRequest = { _, response in
                response.writeContinue()
                response.end("x")
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true, "nor is one sent to it")
        await rig.close()
    }

    /// Row 51.
    @Test func interimResponsesPrecedeTheFinalOne() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") {
            _, response in
            response.writeContinue()
            response.writeProcessing()
            try response.writeEarlyHints(["Link": "</a>; rel=preload", "X": "1"])
            #expect(!response.headersSent)
            response.end()
            response.writeContinue()
        }
        #expect(
            text == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nX: 1\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    // MARK: CONNECT

    /// Rows 26, 28.
    @Test func connectHandsOverTheSocketAndWhatCameBehindTheHead() async throws {
        let rig = try ServerRig.node { server in
            server.timeout = 30
            server.onRequest = { _, _ in Issue.record("it is for onConnect") }
            server.onConnect = { message, socket, head in
                #expect(message.method == "CONNECT" && message.url == "b:443")
                socket.write("HTTP/1.1 200 OK\r\n\r\n\(String(decoding: head, as: UTF8.self))|")
                socket.onData = { socket.write($0) }
                socket.onEnd = {
                    socket.write("bye")
                    socket.end()
                }
            }
        }
        let client = try rig.connect()
        client.send("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\nearly")
        #expect(client.receive(until: "|") == "HTTP/1.1 200 OK\r\n\r\nearly|")
        #expect(await rig.on { $0.connectionCount } == 0, "it is no connection of the server's any more")
        let other = try rig.connect()
        #expect(other.receive().end != .open, "the server's time is over")
        client.send("GET / HTTP/1.1\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n") == "GET / HTTP/1.1\r\n\r\n", "no bytes are read as a request")
        client.finish()
        #expect(client.receiveText() == "bye")
        await rig.close()
    }

    /// Row 26.
    @Test func connectMayHaveNothingBehindItsHeadAndAnEndThatCameWithIt() async throws {
        let rig = try ServerRig.node { server in
            server.onConnect = { _, socket, head in
                #expect(head.isEmpty)
                server.loop.soon {
                    // Taken late: what came meanwhile waits, and its end too.
                    socket.onData = { socket.write($0) }
                    socket.onEnd = { socket.end() }
                }
            }
        }
        let client = try rig.connect()
        client.send("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n")
        client.finish()
        #expect(client.receiveText() == "")
        await rig.close()
    }

    /// Row 27.
    @Test func connectThatNobodyListensForIsClosed() async throws {
        let rig = try ServerRig.node { server in server.onRequest = { _, response in response.end() } }
        let client = try rig.connect()
        client.send("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n")
        #expect(client.receive().bytes.isEmpty)
        await rig.close()
    }

    // MARK: Upgrade

    private static func upgrade(_ fields: String = "", _ rest: String = "") -> String {
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\(fields)\r\n\(rest)"
    }

    /// Row 29.
    @Test(arguments: ["", "early"]) func upgradeHandsOverTheSocket(early: String) async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, _ in Issue.record("it is for onUpgrade") }
            server.onUpgrade = { message, socket, head in
                #expect(message.url == "/chat" && message.headers["upgrade"] == "WebSocket")
                socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n")
                socket.write(head)
                socket.onData = { socket.write($0) }
            }
        }
        let client = try rig.connect()
        client.send(Self.upgrade("", early))
        #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
        client.send("more")
        #expect(client.receive(until: "more") == early + "more")
        client.finish()
        #expect(client.receiveText() == "")
        await rig.close()
    }

    /// Row 29.
    @Test func upgradeOfARequestWithABodyIsServedAsARequest() async throws {
        let rig = try ServerRig.node { server in
            server.onUpgrade = { _, _, _ in Issue.record("where its body ends is not known yet") }
            server.onRequest = { message, response in
                message.onEnd = { response.end("plain") }
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send(Self.upgrade("Content-Length: 3\r\n", "abc"))
        #expect(client.receive(until: "plain").hasPrefix("HTTP/1.1 200 OK\r\n"))
        await rig.close()
    }

    /// Row 30.
    @Test func upgradeThatNobodyListensForIsServedAsARequest() async throws {
        let rig = try ServerRig.node { server in server.onRequest = { _, response in response.end("plain") } }
        let client = try rig.connect()
        client.send(Self.upgrade())
        #expect(client.receive(until: "plain").hasPrefix("HTTP/1.1 200 OK\r\n"))
        client.send(Self.get)
        #expect(client.receive(until: "plain").hasPrefix("HTTP/1.1 200 OK\r\n"))
        await rig.close()
    }

    /// Row 31.
    @Test func mistakeInAnUpgradeHandlerEndsThatConnectionAlone() async throws {
        let errors = Shared(0)
        let rig = try ServerRig.node { server in
            server.onHandlerError = { error in errors.update { $0 += error is Mistake ? 1 : 0 } }
            server.onUpgrade = { _, _, _ in throw Mistake() }
            server.onRequest = { _, response in response.end("x") }
        }
        let other = try rig.connect()
        other.send(Self.get)
        _ = other.receive(until: "\r\n\r\nx")
        let client = try rig.connect()
        client.send(Self.upgrade())
        #expect(client.receive().bytes.isEmpty)
        #expect(await untilTrue { errors.value == 1 })
        other.send(Self.get)
        #expect(other.receive(until: "\r\n\r\nx").hasPrefix("HTTP/1.1 200 OK\r\n"))
        await rig.close()
    }

    // MARK: Errors

    /// Row 15.
    @Test func mistakeInAHandlerIsAnswered500OrCutsTheResponseOff() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                response.sendDate = false
                if message.url == "/late" { response.write("part") } else { try response.setHeader("X", "gone") }
                throw Mistake()
            }
        }
        let client = try rig.connect()
        client.send("GET /early HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = client.receive(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n") && !head.contains("X: gone"))
        _ = client.receive(until: "\n")
        client.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")
        let cut = client.receive()
        #expect(String(decoding: cut.bytes, as: UTF8.self).hasSuffix("4\r\npart\r\n"), "no last chunk")
        await rig.close()
    }

    /// Row 32.
    @Test func clientErrorIsAnsweredWhereNobodyListens() async throws {
        let text = try await ServerRig.answer(to: "NOT HTTP\r\n\r\n") { _, response in response.end() }
        #expect(text?.hasPrefix("HTTP/1.1 400 Bad Request\r\n") == true && text?.contains("Connection: close") == true)
    }

    /// Row 32.
    @Test func clientErrorHandsTheSocketToTheProgram() async throws {
        let errors = Shared<[Int]>([])
        let rig = try ServerRig.node { server in
            server.onClientError = { error, socket in
                errors.update { $0.append(error.status) }
                socket.write("HTTP/1.1 418 No\r\n\r\n")
                socket.end()
                socket.resume()
            }
        }
        let client = try rig.connect()
        client.send("NOT HTTP\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 418 No\r\n\r\n")
        #expect(client.receive().end == .ended)
        client.close()
        #expect(errors.value == [400])
        #expect(await rig.until { $0.loop.registeredCount == 1 })
        await rig.close()
    }

    /// Row 32.
    @Test func clientErrorIsToldOfBrokenBodiesAndConnections() async throws {
        let errors = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onData = { _ in }
                message.onAborted = { _ in errors.update { $0.append("aborted") } }
                response.onClose = { errors.update { $0.append("close") } }
            }
            server.onClientError = { error, socket in
                let text = "\(error.status) \(error.errno?.code ?? 0)"
                errors.update { $0.append(text) }
                socket.destroy()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n")
        #expect(client.receive().end != .open)
        #expect(await untilTrue { errors.value.count == 3 })
        #expect(errors.value == ["400 0", "aborted", "close"])
        errors.update { $0 = [] }
        let other = try rig.connect()
        other.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        #expect(await rig.until { $0.connectionCount == 1 })
        other.reset()
        #expect(await untilTrue { errors.value.count == 3 })
        #expect(errors.value.contains("400 \(ECONNRESET)"))
        await rig.close()
    }

    /// Row 32.
    @Test(arguments: [("", 400), ("Host: a\r\nHost: b\r\n", 400), ("Host: a\r\nExpect: the-moon\r\n", 417)])
    func requestThatMustNotBeServedIsRefused(fields: String, status: Int) async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\n\(fields)\r\n") { _, _ in
            Issue.record("it is not served")
        }
        #expect(text?.hasPrefix("HTTP/1.1 \(status) ") == true)
    }
}
