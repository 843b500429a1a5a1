import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// Inactivity of connections, and who is told.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerTimeoutTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Rows 33, 43, 45.
    @Test func serverHearsOfAnInactiveConnection() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.setTimeout(20) { socket in
                events.update { $0.append("timeout") }
                socket.destroy()
            }
            #expect(server.timeout == 20)
        }
        let client = try rig.connect()
        #expect(client.receive().end == .ended)
        #expect(events.value == ["timeout"])
        await rig.close()
    }

    /// Row 44.
    @Test func withoutAnyListenerTheConnectionIsCutOff() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.timeout = 20
            server.onRequest = { _, response in response.onClose = { events.update { $0.append("close") } } }
        }
        let client = try rig.connect()
        client.send(Self.get)
        #expect(client.receive().end != .open)
        #expect(await untilTrue { events.value == ["close"] }, "also of a handler that never answers")
        await rig.close()
    }

    /// Rows 43, 44, 61, 154.
    @Test func requestResponseAndServerAreToldInThisOrder() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onTimeout = { socket in
                events.update { $0.append("server") }
                socket.destroy()
            }
            server.onRequest = { message, response in
                response.setTimeout(20) { events.update { $0.append("response") } }
                message.setTimeout(20) { events.update { $0.append("request") } }
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc")
        #expect(client.receive().end != .open)
        #expect(events.value == ["request", "response", "server"])
        await rig.close()
    }

    /// Rows 44, 61.
    @Test func completeRequestIsNotToldAndOneListenerKeepsTheConnection() async throws {
        let events = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onTimeout = { events.update { $0.append("request") } }
                response.setTimeout(20) {
                    events.update { $0.append("response") }
                    response.end("late")
                }
            }
        }
        let client = try rig.connect()
        client.send(Self.get)
        #expect(client.receive(until: "late").hasSuffix("\r\n\r\nlate"))
        #expect(events.value == ["response"])
        await rig.close()
    }

    /// Row 45.
    @Test func changeOfTheTimeoutConcernsNewConnectionsOnly() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in response.end("x") }
        }
        let old = try rig.connect()
        old.send(Self.get)
        _ = old.receive(until: "\r\n\r\nx")
        await rig.on { $0.timeout = 20 }
        let new = try rig.connect()
        #expect(new.receive().end != .open)
        old.send(Self.get)
        #expect(old.receive(until: "\r\n\r\nx").hasPrefix("HTTP/1.1 200"))
        await rig.close()
    }

    /// Row 45.
    @Test func zeroTurnsTheTimeOff() async throws {
        let rig = try ServerRig.node { server in
            server.timeout = 30
            server.onRequest = { message, response in
                message.setTimeout(0)
                response.end("x")
            }
        }
        let client = try rig.connect()
        client.send(Self.get)
        _ = client.receive(until: "\r\n\r\nx")
        let other = try rig.connect()
        #expect(other.receive().end != .open, "longer than the first has been quiet")
        client.send(Self.get)
        #expect(client.receive(until: "\r\n\r\nx").hasPrefix("HTTP/1.1 200"))
        await rig.close()
    }

    /// Row 46.
    @Test func everyByteRestartsTheTime() {
        var inactivity = Inactivity()
        inactivity.set(100, nowMs: 1000)
        #expect(inactivity.verdict(nowMs: 1099, sentBytes: 0, isBlocked: false) == .again(afterMs: 1))
        inactivity.touched(nowMs: 1099)
        #expect(inactivity.verdict(nowMs: 1100, sentBytes: 0, isBlocked: false) == .again(afterMs: 99))
        #expect(inactivity.verdict(nowMs: 1199, sentBytes: 0, isBlocked: false) == .inactive)
    }

    /// Row 46.
    @Test func clientThatTakesWhatWaitsForItIsNotInactive() {
        var inactivity = Inactivity()
        inactivity.set(100, nowMs: 0)
        #expect(inactivity.verdict(nowMs: 100, sentBytes: 5, isBlocked: true) == .again(afterMs: 100))
        #expect(inactivity.verdict(nowMs: 200, sentBytes: 6, isBlocked: true) == .again(afterMs: 100))
        #expect(inactivity.verdict(nowMs: 300, sentBytes: 6, isBlocked: true) == .inactive)
    }

    /// Row 46.
    @Test func readingAndWritingAreBothActivity() throws {
        let loop = try EventLoop()
        let server = HTTP.createServer(on: loop)
        var watch: ConnectionWatch?
        var held: ServerResponse?
        server.onRequest = { _, response in held = response }
        server.onConnection = { watch = ($0.owner as? ServerConnection)?.watch }
        server.listen(0, "127.0.0.1")
        let client = try Peer.connect(to: try #require(server.address))
        func turn(until condition: () -> Bool) {
            let deadline = ContinuousClock.now + .seconds(20)
            while !condition(), ContinuousClock.now < deadline { loop.runTurn(timeoutMs: 5) }
        }
        turn { watch != nil }
        let known = try #require(watch)
        #expect(known.inactivity.timeoutMs == 120_000)
        let accepted = known.inactivity.lastMs
        turn { loop.nowMs > accepted }
        client.send(Self.get)
        turn { held != nil }
        let read = known.inactivity.lastMs
        #expect(read > accepted)
        turn { loop.nowMs > read }
        held?.write("x")
        #expect(known.inactivity.lastMs > read)
        server.close()
        server.destroy()
        turn { loop.registeredCount == 0 }
        #expect(loop.registeredCount == 0)
    }
}
