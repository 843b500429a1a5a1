import NIOCore
import NIOTunnel

/// Reads a client's first request, dials the origin it names, and leaves the connection to two joined handlers.
///
/// Like the floor relay it gives each client an origin connection of its own and parses no HTTP beyond the request line:
/// what remains is SwiftNIO's own cost.
final class FrontHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var early: ByteBuffer?
    private var isDialling = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        guard !isDialling else {
            early?.writeBuffer(&buffer)
            return
        }
        guard let line = RequestLine(buffer) else { return context.close(promise: nil) }
        isDialling = true
        early = buffer
        RelayServer.dial(line.port, on: context.eventLoop) { [self] origin in
            guard let origin, context.channel.isActive else {
                context.close(promise: nil)
                origin?.close(promise: nil)
                return
            }
            do { try open(context, origin, line) } catch { context.close(promise: nil) }
        }
    }

    private func open(_ context: ChannelHandlerContext, _ origin: any Channel, _ line: RequestLine) throws {
        let front = line.isConnect ? JoinHandler() : JoinHandler(rewrite: RequestLine.makeOriginForm)
        let back = JoinHandler()
        JoinHandler.join(front, back)
        try context.pipeline.syncOperations.addHandler(front)
        try origin.pipeline.syncOperations.addHandler(back)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        guard var first = early else { return }
        early = nil
        if line.isConnect {
            let answer = context.channel.allocator.buffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")
            context.channel.writeAndFlush(answer, promise: nil)
        } else {
            guard RequestLine.makeOriginForm(&first) else { return context.channel.close(promise: nil) }
            origin.writeAndFlush(first, promise: nil)
        }
    }
}
