import NIOCore
import NIOHTTP1

/// Answers each request when its end has come. The date is a constant: SwiftNIO brings none, and none is charged to it.
final class HelloHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var isKeptAlive = true
    private let body = ByteBuffer(string: "hello world\n")
    private let fields: HTTPHeaders = [
        "Content-Type": "text/plain", "Content-Length": "12", "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
    ]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): isKeptAlive = head.isKeepAlive
        case .body: break
        case .end:
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if !isKeptAlive { context.close(promise: nil) }
        }
    }
}
