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
    /// The parsed head. Its bytes are borrowed from the connection during the callback that delivers the message; call
    /// `head.adopt()` there to read them later.
    public internal(set) var head: MessageHead
    /// Fields behind a chunked body, once it has ended; nil when there were none.
    public internal(set) var trailerHead: MessageHead?
    /// How the body is delimited.
    public internal(set) var framing = BodyFraming.none
    /// Is the whole message here?
    public internal(set) var isComplete = false
    /// Takes the body. Set before `resume`.
    public var delegate: (any IncomingMessageDelegate)?
    /// Payload bytes delivered so far.
    public internal(set) var payloadBytes: UInt64 = 0
    /// Is the body being delivered?
    public private(set) var isFlowing = false

    /// Set while the exchange is open: the cycle through it is broken when the exchange ends.
    var source: (any MessageSource)?

    private var isEndDelivered = false

    /// Closure form of the delegate, in Node's names. Setting `onData` does not resume: call `resume`.
    public var onData: ((UnsafeRawBufferPointer) -> Void)?
    public var onEnd: (() -> Void)?
    public var onAborted: ((ExchangeFailure) -> Void)?

    init(limits: HeadLimits) { head = MessageHead(limits: limits) }

    /// Lets the body flow, from where it stopped.
    public func resume() {
        guard !isFlowing else { return }
        // A message without a body was complete before anyone could listen.
        if isComplete { return end() }
        isFlowing = true
        source?.messageResumed(self)
    }

    /// Stops the body; a delivery under way is the last.
    public func pause() { isFlowing = false }

    /// Allows the connection to move the rest of a sized body straight into the sink's socket, inside the kernel, when after
    /// a read at least `fromBytes` are still to come. The sink's head must be written and promise the same number of bytes.
    public func splice(to sink: any SpliceSink, fromBytes: Int64 = 65_536) {
        source?.messageSpliceTarget(self, sink, fromBytes: max(1, fromBytes))
    }

    // MARK: Node's properties

    /// `1.1` or `1.0`.
    public var httpVersion: String { "1.\(head.versionMinor)" }
    /// The method of a request.
    public var method: String { text(head.methodRange) }
    /// The target of a request, exactly as received.
    public var url: String { text(head.targetRange) }
    /// The status of a response.
    public var statusCode: Int { head.status }
    /// The reason phrase of a response, as received.
    public var statusMessage: String { text(head.reasonRange) }

    /// Names and values in turn, exactly as received: case, order and duplicates.
    public var rawHeaders: [String] { head.fields.flatMap { [text($0.name), text($0.value)] } }

    /// The first value of a field, by name in any case; nil when absent.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return head.fields.first { text($0.name).lowercased() == wanted }.map { text($0.value) }
    }

    private func text(_ range: ByteRange) -> String { String(decoding: head.bytes(range), as: UTF8.self) }

    // MARK: The connection's side

    func deliver(_ bytes: UnsafeRawBufferPointer) {
        payloadBytes &+= UInt64(bytes.count)
        if let delegate { delegate.message(self, data: bytes) } else { onData?(bytes) }
    }

    func end() {
        isComplete = true
        isFlowing = false
        guard !isEndDelivered else { return }
        isEndDelivered = true
        if let delegate { delegate.messageEnded(self) } else { onEnd?() }
    }

    func abort(_ failure: ExchangeFailure) {
        isFlowing = false
        if let delegate { delegate.messageAborted(self, failure) } else { onAborted?(failure) }
    }

    func reset() {
        head.reset()
        trailerHead = nil
        framing = .none
        isComplete = false
        isEndDelivered = false
        isFlowing = false
        payloadBytes = 0
        delegate = nil
        onData = nil
        onEnd = nil
        onAborted = nil
        source = nil
    }
}
