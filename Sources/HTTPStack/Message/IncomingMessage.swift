import Engine
import HTTPWire

/// Who takes a message's body. Called on the message's loop.
public protocol IncomingMessageDelegate: AnyObject {
    /// Payload bytes, borrowed for the call.
    func message(_ message: IncomingMessage, data: UnsafeRawBufferPointer)
    /// EOI: the body is complete, and `trailerHead` is there if the peer sent any.
    func messageEnded(_ message: IncomingMessage)
    /// The message was cut off: what came is not the whole. Nothing follows.
    func messageAborted(_ message: IncomingMessage, _ failure: ExchangeFailure)
}

/// A message that is being received: a request on the server's side, a response on the client's. Node `http.IncomingMessage`.
///
/// The body flows after `resume`, and stops at `pause`; while it is stopped the sender is held back by TCP, nothing is
/// buffered beyond one read. The object is reused for a later message unless someone still holds it when its exchange ends.
public final class IncomingMessage {
    /// The parsed head. Where the message has come to a delegate, its bytes are borrowed from the connection during the
    /// callback that delivers it: call `head.adopt()` there to read them later. Where it has come to a closure, they are its own.
    public let head: MessageHead
    /// Fields behind a chunked body, once it has ended; nil when there were none.
    public internal(set) var trailerHead: MessageHead?
    /// How the body is delimited.
    public internal(set) var framing = BodyFraming.none
    /// Is the whole message here?
    public internal(set) var isComplete = false
    /// Takes the body, if set; else the closures do. To be set before `resume`.
    public var delegate: (any IncomingMessageDelegate)?
    /// Payload bytes delivered so far.
    public internal(set) var payloadBytes: UInt64 = 0
    /// Is the body being delivered?
    public private(set) var isFlowing = false

    /// Set while the exchange is open.
    ///
    /// SAFETY: a connection takes itself out of its message when the exchange ends, and of whatever message it still has in its
    /// own deinit. Not held, because every message would cost two atomic operations.
    unowned(unsafe) var source: (any MessageSource)?
    /// The closures; nil unless one was set.
    private(set) var events: MessageEvents?

    private var isEndDelivered = false

    init(limits: HeadLimits) { head = MessageHead(limits: limits) }

    /// A message with this head, which has been read.
    init(head: MessageHead) { self.head = head }

    /// Lets the body flow, from where it stopped. A delegate may be called at once, closures are called later in the turn.
    public func resume() {
        events?.isPaused = false
        guard !isFlowing else { return }
        // A message without a body was complete before anyone could listen.
        if isComplete {
            if delegate != nil { return end() }
            madeEvents.isEndDue = true
            return later { $0.end() }
        }
        isFlowing = true
        source?.messageResumed(self)
    }

    /// Stops the body; a delivery under way is the last.
    public func pause() {
        isFlowing = false
        // To be remembered for `onData`.
        if delegate == nil { madeEvents.isPaused = true }
    }

    /// Cuts the exchange off, unless it is over: a request by closing the client's connection, a response by aborting its
    /// request. Node `message.destroy`.
    public func destroy() { source?.messageDestroyed(self) }

    /// Allows the connection to move the rest of a sized body straight into the sink's socket, inside the kernel, when after
    /// a read at least `fromBytes` are still to come. The sink's head must be written and promise the same number of bytes.
    public func splice(to sink: any SpliceSink, fromBytes: Int64 = 65_536) {
        source?.messageSpliceTarget(self, sink, fromBytes: max(1, fromBytes))
    }

    // MARK: Closures

    /// The closures' object, made if there is none.
    var madeEvents: MessageEvents {
        if let events { return events }
        let made = MessageEvents()
        events = made
        return made
    }

    /// Runs `body` later in this turn.
    private func later(_ body: @escaping (IncomingMessage) -> Void) {
        guard let loop = source?.messageLoop ?? EventLoop.current else { return body(self) }
        loop.soon { body(self) }
    }

    // MARK: The connection's side

    /// Where trailers go, made if there is none.
    var madeTrailerHead: MessageHead {
        if let trailerHead { return trailerHead }
        let made = MessageHead(limits: head.limits)
        trailerHead = made
        return made
    }

    func deliver(_ bytes: UnsafeRawBufferPointer) {
        payloadBytes &+= UInt64(bytes.count)
        if let delegate { return delegate.message(self, data: bytes) }
        events?.onData?(bytes)
    }

    func end() {
        isComplete = true
        isFlowing = false
        guard !isEndDelivered else { return }
        isEndDelivered = true
        if let delegate { return delegate.messageEnded(self) }
        guard let events else { return }
        let onEnd = events.onEnd
        events.clear()
        onEnd?()
    }

    /// The message is cut off. Closures hear of it later in the turn: whoever cut it off may be the program itself.
    func abort(_ failure: ExchangeFailure) {
        isFlowing = false
        if let delegate { return delegate.messageAborted(self, failure) }
        guard let events, !isEndDelivered else { return }
        isEndDelivered = true
        let (onAborted, onClose) = (events.onAborted, events.onClose)
        events.clear()
        guard onAborted != nil || onClose != nil else { return }
        later { _ in
            onAborted?(failure)
            onClose?()
        }
    }

    /// The exchange is over: nothing follows. In place, because a message that is looked up to be called is held for the call.
    static func detach(_ message: inout IncomingMessage) {
        message.source = nil
        if message.delegate != nil { message.delegate = nil }
        if message.events != nil { message.dropEvents() }
    }

    private func dropEvents() {
        guard let events, !events.isEndDue else { return }
        let onDropped = events.onDropped
        events.clear()
        onDropped?()
    }

    /// Makes the message ready for another exchange. One that somebody still holds is left to them, and replaced.
    static func renew(_ message: inout IncomingMessage, limits: HeadLimits) {
        guard isKnownUniquelyReferenced(&message) else {
            message = IncomingMessage(limits: limits)
            return
        }
        message.reset()
    }

    func reset() {
        head.reset()
        if trailerHead != nil { trailerHead = nil }
        framing = .none
        isComplete = false
        isEndDelivered = false
        isFlowing = false
        payloadBytes = 0
        if delegate != nil { delegate = nil }
        source = nil
        if let events { events.clear() }
    }
}
