import Engine
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Sized bodies that pass from one connection to the other inside the kernel.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct BodySpliceTests {
    /// A client, a relay and an origin.
    private final class Bench: @unchecked Sendable {
        let origin: ScriptedOrigin
        let server: ServerRig
        let copied = Shared(0)
        private let agent: Agent
        private let group: AgentGroup
        private let resolver: Resolver

        init(_ script: @escaping ScriptedOrigin.Script) throws {
            let origin = try ScriptedOrigin(script)
            self.origin = origin
            var made: (AgentGroup, Resolver)?
            let copied = self.copied
            server = try ServerRig { server in
                guard let resolver = try? Resolver(loop: server.loop) else { return }
                let group = AgentGroup(
                    connectors: [Connector(loop: server.loop, resolver: resolver)], options: AgentOptions())
                let agent = group.agents[0]
                made = (group, resolver)
                server.onRequest = { message, response in
                    _ = MiniRelay(agent, origin: origin.address, copied: copied, message, response)
                }
            }
            guard let made else { throw Errno.noMemory }
            (group, resolver) = made
            agent = group.agents[0]
        }

        /// In use, being dialled, free and waiting.
        var figures: [Int] {
            get async {
                await server.home.on { [self] _ in
                    agent.snapshot().origins.reduce([0, 0, 0, 0]) {
                        [$0[0] + $1.inUse, $0[1] + $1.dialling, $0[2] + $1.free, $0[3] + $1.waiting]
                    }
                }
            }
        }

        func close(sourceLocation: SourceLocation = #_sourceLocation) async {
            await server.home.on { [self] _ in agent.drain() }
            #expect(await untilTrue { await self.figures == [0, 0, 0, 0] }, sourceLocation: sourceLocation)
            await server.home.on { [self] _ in resolver.shutdown() }
            await server.close(sourceLocation: sourceLocation)
            origin.end()
        }
    }

    @Test(arguments: [65_536, 100_000, 1_000_001, 8 << 20], [65_536, 4_099])
    func downloadIsExactAndTheConnectionsServeOn(size: Int, chunk: Int) async throws {
        var random = SplitMix(seed: UInt64(size))
        let body = random.bytes(size)
        let bench = try Bench { client, _ in
            while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                client.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                client.send(body)
            }
        }
        let client = try bench.server.connect(bufferBytes: 32_768)
        for _ in 0..<2 {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
            #expect(client.receive(size, chunk: chunk).bytes == body)
        }
        #expect(bench.origin.connections == 1)
        if size >= 8 << 20 { #expect(bench.copied.value < size, "most of it went by splice") }
        await bench.close()
    }

    @Test(arguments: [65_536, 1_000_001, 8 << 20])
    func uploadIsExactAndTheConnectionsServeOn(size: Int) async throws {
        var random = SplitMix(seed: UInt64(size))
        let body = random.bytes(size)
        let same = Shared<[Bool]>([])
        let bench = try Bench { client, _ in
            while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                let got = client.receive(body.count)
                same.update { $0.append(got.bytes == body) }
                client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            }
        }
        let client = try bench.server.connect()
        for _ in 0..<2 {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            client.send(body)
            #expect(client.receive(until: "done").hasPrefix("HTTP/1.1 200"))
        }
        #expect(same.value == [true, true])
        await bench.close()
    }

    @Test func originThatEndsInsideASplicedBodyCutsTheClientOff() async throws {
        let bench = try Bench { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n")
            client.send([UInt8](repeating: 1, count: 3_000_000))
        }
        let client = try bench.server.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(until: "\r\n\r\n")
        let got = client.receive()
        #expect(got.bytes.count <= 3_000_000 && got.end != .open)
        await bench.close()
    }

    @Test func clientThatGoesInsideASplicedDownloadFreesTheOriginsSocket() async throws {
        let bench = try Bench { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 80000000\r\n\r\n")
            while client.send([UInt8](repeating: 1, count: 1_000_000)) {}
        }
        let client = try bench.server.connect(bufferBytes: 8_192)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.receive(1_000_000)
        client.reset()
        #expect(await untilTrue { await bench.figures == [0, 0, 0, 0] })
        await bench.close()
    }

    @Test func clientThatGoesInsideASplicedUploadFreesTheOriginsSocket() async throws {
        let bench = try Bench { client, _ in _ = client.receive() }
        let client = try bench.server.connect()
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 80000000\r\n\r\n")
        client.send([UInt8](repeating: 1, count: 5_000_000))
        client.reset()
        #expect(await untilTrue { await bench.figures == [0, 0, 0, 0] })
        await bench.close()
    }
}
