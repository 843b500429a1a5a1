import Engine
import Glibc
import HTTPStack
import Policy
import Testing

@testable import ProxyApp

/// A relay that is given back serves somebody else next: its old connection must have no way to it.
@Suite(.timeLimit(.minutes(1))) struct RelayRecycleTests {
    /// Stands between server and context, and looks at the ties of an exchange when the relay has dealt with it.
    private final class Watch: ServerDelegate {
        let context: LoopContext
        var ties: [Bool] = []

        init(_ context: LoopContext) { self.context = context }

        func server(_ server: Server, request message: IncomingMessage, response: ServerResponse) {
            context.server(server, request: message, response: response)
            ties = [response.isFinished, response.delegate != nil, message.delegate != nil]
            let loop = server.loop
            loop.post { loop.stop() }
        }

        func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse) {
            context.server(server, connect: message, response: response)
        }

        func server(
            _ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse
        ) {
            context.server(server, clientError: error, message: message, response: response)
        }
    }

    @Test func lingeringConnectionHasNoTieToItsRelay() throws {
        let loop = try EventLoop()
        let resolver = try Resolver(loop: loop)
        let connector = Connector(loop: loop, resolver: resolver)
        let group = AgentGroup(connectors: [connector], options: AgentOptions())
        let context = LoopContext(
            connector: connector, agent: group.agents[0],
            rules: .nothingSpecial, settings: Settings(), sink: nil)
        let watch = Watch(context)
        context.server.delegate = watch
        let listening = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        let address = listening.address
        try context.server.listen(listening)

        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(client) }
        try #require(address.withRaw { connect(client, $0, $1) } == 0)
        // The bytes behind a last request make the connection linger, with its exchange still there.
        let bytes = Array("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nmore".utf8)
        try #require(send(client, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)
        loop.run()
        #expect(watch.ties == [true, false, false], "finished, and tied to nobody")
        context.server.destroy()
        resolver.shutdown()
    }
}
