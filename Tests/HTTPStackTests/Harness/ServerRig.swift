import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// A server on a loop of its own, listening on a port of its own.
///
/// SAFETY: `@unchecked Sendable`: `server` is touched on the loop's thread alone, once the loop runs.
final class ServerRig: @unchecked Sendable {
    let home: RunningLoop
    let address: SocketAddress
    private let server: Server

    /// `setUp` gets the server before it hears of a connection.
    init(_ adjust: (inout ServerOptions) -> Void = { _ in }, setUp: (Server) -> Void) throws {
        var options = ServerOptions()
        adjust(&options)
        let loop = try EventLoop()
        server = Server(loop: loop, options: options)
        setUp(server)
        let listening = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        address = listening.address
        try server.listen(listening)
        home = try RunningLoop(loop)
    }

    /// A server as `HTTP.createServer` makes it, but without the two minutes of `timeout`.
    static func node(setUp: (Server) -> Void) throws -> ServerRig { try ServerRig({ $0 = .node }, setUp: setUp) }

    /// All that a client gets for what it sends, until the server ends: a handler's answers, without Date. Nil after a reset.
    static func answer(
        to requests: String, _ handler: @escaping (IncomingMessage, ServerResponse) throws -> Void
    ) async throws -> String? {
        let rig = try node { server in
            server.onRequest = { message, response in
                response.sendDate = false
                try handler(message, response)
            }
        }
        let client = try rig.connect()
        client.send(requests)
        let text = client.receiveText()
        await rig.close()
        return text
    }

    /// Answers every request with its target, and with its body when it has one.
    static func echo(_ adjust: (inout ServerOptions) -> Void = { _ in }) throws -> ServerRig {
        try ServerRig(adjust) { server in
            server.onRequest = { message, response in
                response.sendDate = false
                var body = ""
                message.onData = { body += String(decoding: $0, as: UTF8.self) }
                message.onEnd = { response.end(message.url + body) }
                message.resume()
            }
        }
    }

    func connect(bufferBytes: CInt? = nil) throws -> Peer { try Peer.connect(to: address, bufferBytes: bufferBytes) }

    /// Runs `body` on the loop with the server.
    func on<R: Sendable>(_ body: @escaping @Sendable (Server) -> R) async -> R {
        await home.on { [self] _ in body(server) }
    }

    /// Waits, turn by turn, until `condition` holds; false when that takes longer than a test may.
    func until(_ condition: @escaping @Sendable (Server) -> Bool) async -> Bool {
        await untilTrue { await self.on(condition) }
    }

    /// Ends the server. Whatever happened, nothing may be left: no connection, no block, no pipe.
    func close(sourceLocation: SourceLocation = #_sourceLocation) async {
        await on {
            $0.close()
            $0.destroy()
        }
        let left = await on {
            [$0.connectionCount, $0.loop.buffers.inUse, $0.loop.pipes.inUse, $0.loop.registeredCount]
        }
        #expect(left == [0, 0, 0, 0], "connections, blocks, pipes, descriptors left", sourceLocation: sourceLocation)
        home.end()
    }
}
