import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Programs that write until they are told to stop, to peers that read as fast: others need the loop as well.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct WriteTurnTests {
    private static let piece = [UInt8](repeating: 1, count: 65_536)
    /// What a program may write at once; far less than the kernel's buffers take.
    private static let turnBytes = 262_144

    /// Row 72.
    @Test func responseThatNobodyHoldsBackIsToldToStopAndDrains() async throws {
        let writes = Shared<[Int]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { _, response in
                var left = 4_194_304 / Self.piece.count
                func more() {
                    var written = 0
                    while left > 0 {
                        left -= 1
                        written += Self.piece.count
                        guard response.write(Self.piece) else {
                            let sum = written
                            return writes.update { $0.append(sum) }
                        }
                    }
                    response.end()
                }
                response.onDrain = more
                more()
            }
        }
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let got = client.receive()
        #expect(got.end == .ended && got.bytes.count > 4_194_304)
        #expect(writes.value.count >= 16)
        #expect(writes.value.allSatisfy { $0 <= Self.turnBytes })
        await rig.close()
    }

    /// Row 72.
    @Test func otherClientsAreServedWhileOneReadsWithoutEnd() async throws {
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                guard message.url == "/endless" else { return response.end("x") }
                // An end all the same: a server that serves nobody else would hang here.
                var left = 30_000
                func more() {
                    while left > 0, response.write(Self.piece) { left -= 1 }
                    if left == 0 { response.end() }
                }
                response.onDrain = more
                more()
            }
        }
        let endless = try rig.connect()
        endless.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(endless.receive(1_000_000).end == .open)
        let isDone = Shared(false)
        let reader = JoinableThread { while !isDone.value, endless.receive(65_536).end == .open {} }
        let other = try rig.connect()
        for _ in 0..<20 {
            other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(other.receive(until: "\r\n\r\nx").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
        isDone.update { $0 = true }
        reader.join()
        await rig.close()
    }

    /// Row 72.
    @Test func requestThatNobodyHoldsBackIsToldToStopAndDrains() async throws {
        let total = 4_194_304
        let origin = try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            guard client.receive(total).end == .open else { return }
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = client.receive()
        }
        let rig = try ClientRig()
        let writes = Shared<[Int]>([])
        let told = try await rig.run {
            var options = RequestOptions(hostname: "127.0.0.1", port: origin.address.port, method: "PUT")
            options.headers = ["Content-Length": "\(total)"]
            return try HTTP.request(options)
        } following: { request in
            var left = total
            func more() {
                var written = 0
                while left > 0 {
                    left -= Self.piece.count
                    written += Self.piece.count
                    guard request.write(Self.piece) else {
                        let sum = written
                        return writes.update { $0.append(sum) }
                    }
                }
                request.end()
            }
            request.onDrain = more
            request.onSocket = { _ in more() }
        }
        #expect(told.status == 200)
        #expect(writes.value.count >= 16)
        #expect(writes.value.allSatisfy { $0 <= Self.turnBytes })
        try await rig.close()
        origin.end()
    }
}
