public import NIOCore

/// Joins its channel to another: what is read here is written there, and the end of one closes the other.
///
/// Backpressure is by reading: while the partner is not writable, reads of this channel are held back. Both channels must
/// be on one event loop. The two handlers hold each other until their channels close.
public final class JoinHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias OutboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var partner: JoinHandler?
    private var hasHeldRead = false
    private let rewrite: ((inout ByteBuffer) -> Bool)?

    /// `rewrite` may change each read before it goes to the partner; false closes both channels.
    public init(rewrite: ((inout ByteBuffer) -> Bool)? = nil) { self.rewrite = rewrite }

    /// Joins two handlers, before or after they are added to their pipelines.
    public static func join(_ one: JoinHandler, _ other: JoinHandler) {
        one.partner = other
        other.partner = one
    }

    public func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    public func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let sink = partner?.context else { return context.close(promise: nil) }
        guard let rewrite else { return sink.write(data, promise: nil) }
        var buffer = unwrapInboundIn(data)
        guard rewrite(&buffer) else { return context.close(promise: nil) }
        sink.write(wrapOutboundOut(buffer), promise: nil)
    }

    public func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    public func channelInactive(context: ChannelHandlerContext) {
        let partner = partner
        self.partner = nil
        partner?.context?.close(promise: nil)
        context.fireChannelInactive()
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.readHeld() }
        context.fireChannelWritabilityChanged()
    }

    public func read(context: ChannelHandlerContext) {
        if let sink = partner?.context, !sink.channel.isWritable {
            hasHeldRead = true
        } else {
            context.read()
        }
    }

    private func readHeld() {
        guard hasHeldRead else { return }
        hasHeldRead = false
        context?.read()
    }
}
