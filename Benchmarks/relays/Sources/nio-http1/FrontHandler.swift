import NIOCore
import NIOHTTP1
import NIOTunnel

/// Relays a client's parsed requests to an origin connection of its own, or turns the connection into a tunnel.
///
/// HTTP codecs on both sides, message parts in between; nothing holds the origin back while its client does not read.
final class FrontHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let codec: [any RemovableChannelHandler]
    private var origin: (any Channel)?
    private var isDialling = false
    private var waiting: [HTTPClientRequestPart] = []

    /// `codec` are the handlers to take out when the connection becomes a tunnel.
    init(codec: [any RemovableChannelHandler]) { self.codec = codec }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where head.method == .CONNECT:
            connect(context, to: head.uri)
        case .head(let head):
            request(context, head)
        case .body(let bytes):
            send(.body(.byteBuffer(bytes)))
        case .end(let trailers):
            // The end of a CONNECT's head has no origin to go to.
            if origin != nil || isDialling { send(.end(trailers)) }
            origin?.flush()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        origin?.close(promise: nil)
        origin = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func request(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        // `http://authority/path`
        let rest = head.uri.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/"), let port = portOfAuthority(rest[..<slash]) else {
            return context.close(promise: nil)
        }
        var forwarded = HTTPRequestHead(version: .http1_1, method: head.method, uri: String(rest[slash...]))
        forwarded.headers = head.headers
        forwarded.headers.remove(name: "connection")
        send(.head(forwarded))
        guard origin == nil, !isDialling else { return }
        isDialling = true
        RelayServer.dial(port, on: context.eventLoop) { [self] channel in
            isDialling = false
            guard let channel, context.channel.isActive else {
                context.close(promise: nil)
                channel?.close(promise: nil)
                return
            }
            do {
                let decoder = ByteToMessageHandler(HTTPResponseDecoder())
                let back = BackHandler(client: context.channel)
                try channel.pipeline.syncOperations.addHandlers([HTTPRequestEncoder(), decoder, back])
            } catch { return context.close(promise: nil) }
            origin = channel
            for part in waiting { channel.write(part, promise: nil) }
            waiting = []
            channel.flush()
        }
    }

    private func send(_ part: HTTPClientRequestPart) {
        if let origin { origin.write(part, promise: nil) } else { waiting.append(part) }
    }

    private func connect(_ context: ChannelHandlerContext, to authority: String) {
        guard let port = portOfAuthority(authority) else { return context.close(promise: nil) }
        RelayServer.dial(port, on: context.eventLoop) { [self] channel in
            guard let channel, context.channel.isActive else {
                context.close(promise: nil)
                channel?.close(promise: nil)
                return
            }
            do { try tunnel(context, channel) } catch { context.close(promise: nil) }
        }
    }

    private func tunnel(_ context: ChannelHandlerContext, _ channel: any Channel) throws {
        let status = HTTPResponseStatus.custom(code: 200, reasonPhrase: "Connection established")
        let answer = HTTPResponseHead(version: .http1_1, status: status)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.flush()
        let front = JoinHandler()
        let back = JoinHandler()
        JoinHandler.join(front, back)
        try context.pipeline.syncOperations.addHandler(front)
        try channel.pipeline.syncOperations.addHandler(back)
        let operations = context.pipeline.syncOperations
        operations.removeHandler(self, promise: nil)
        for handler in codec { operations.removeHandler(handler, promise: nil) }
    }
}
