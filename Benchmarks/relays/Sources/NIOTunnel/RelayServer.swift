public import NIOCore
import NIOPosix

/// What both SwiftNIO relays share: one event loop, a listener on the loopback address, a way to the origin.
public enum RelayServer {
    /// Listens on the port of the command line and serves until the process is ended.
    public static func run(_ initializer: @escaping @Sendable (any Channel) throws -> Void) throws {
        guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
            print("usage: \(CommandLine.arguments[0]) PORT (a free port of the loopback address)")
            return
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try initializer(channel) }
            }
            .bind(host: "127.0.0.1", port: port).wait()
        try listener.closeFuture.wait()
    }

    /// Dials a port of this machine on the caller's event loop, and hands over the channel there; nil when it failed.
    public static func dial(
        _ port: Int, on loop: any EventLoop, then done: @escaping ((any Channel)?) -> Void
    ) {
        guard let address = try? SocketAddress(ipAddress: "127.0.0.1", port: port) else { return done(nil) }
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): done(channel)
                case .failure: done(nil)
                }
            }
    }
}
