import NIOCore
import NIOHTTP1
import NIOPosix

guard let port = Int(CommandLine.arguments.dropFirst().first ?? "") else {
    fatalError("usage: hello-nio PORT (a free port of the loopback address)")
}
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let listener = try ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 4096)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(HelloHandler())
        }
    }
    .bind(host: "127.0.0.1", port: port).wait()
try listener.closeFuture.wait()
