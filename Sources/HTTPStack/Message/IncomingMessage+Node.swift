import Engine
import HTTPWire

/// Node's properties and events of a message.
///
/// Closures run on the message's loop, never inside the call that causes them. They are let go when the message has ended or
/// was cut off, so they may hold it.
extension IncomingMessage {
    // MARK: What was received

    /// `1.1` or `1.0`: the version of the sender.
    public var httpVersion: String { "\(httpVersionMajor).\(httpVersionMinor)" }
    /// 1.
    public var httpVersionMajor: Int { 1 }
    /// 0 or 1; larger numbers are what they came as.
    public var httpVersionMinor: Int { Int(head.versionMinor) }
    /// The method of a request; empty for a response.
    public var method: String { Self.text(head, head.methodRange) }
    /// The target of a request, exactly as received; empty for a response.
    public var url: String { Self.text(head, head.targetRange) }
    /// The status of a response; 0 for a request.
    public var statusCode: Int { head.status }
    /// The reason phrase of a response, as received; empty for a request.
    public var statusMessage: String { Self.text(head, head.reasonRange) }

    /// The fields, merged by name: see `MessageHeaders`.
    public var headers: MessageHeaders { MessageHeaders(self, isTrailers: false) }
    /// Names and values in turn, exactly as received: case, order and duplicates.
    public var rawHeaders: [String] { Self.raw(head) }
    /// The fields behind a chunked body, merged as `headers` are. Empty before `onEnd`.
    public var trailers: MessageHeaders { MessageHeaders(self, isTrailers: true) }
    /// Names and values of the trailers in turn, exactly as received. Empty before `onEnd`.
    public var rawTrailers: [String] { trailerHead.map(Self.raw) ?? [] }

    /// The first value of a field, by name in any case; nil when absent.
    public func header(_ name: String) -> String? { headers.list(name).first }

    /// The connection's socket; nil when the exchange is over. Its bytes belong to HTTP: see `Socket`.
    public var socket: Socket? { source?.messageSocket }
    /// The same as `socket`.
    public var connection: Socket? { socket }

    private static func raw(_ head: MessageHead) -> [String] {
        head.fields.flatMap { [text(head, $0.name), text(head, $0.value)] }
    }

    private static func text(_ head: MessageHead, _ range: ByteRange) -> String {
        String(decoding: head.bytes(range), as: UTF8.self)
    }

    // MARK: The body

    /// Payload bytes, borrowed for the call: `Array($0)` or `String(decoding: $0, as: UTF8.self)` copies them. Setting it lets
    /// the body flow, unless `pause` was called.
    public var onData: ((UnsafeRawBufferPointer) -> Void)? {
        get { events?.onData }
        set {
            let events = madeEvents
            events.onData = newValue
            if newValue != nil, !events.isPaused { resume() }
        }
    }

    /// EOI: the body is complete. Once; not before everything was taken, so a body that nobody lets flow does not end.
    public var onEnd: (() -> Void)? {
        get { events?.onEnd }
        set { madeEvents.onEnd = newValue }
    }

    /// The message was cut off: what came is not the whole, and `onEnd` does not follow. Once.
    public var onAborted: ((ExchangeFailure) -> Void)? {
        get { events?.onAborted }
        set { madeEvents.onAborted = newValue }
    }

    /// The connection is gone before the message was complete: follows `onAborted`. Once.
    public var onClose: (() -> Void)? {
        get { events?.onClose }
        set { madeEvents.onClose = newValue }
    }

    // MARK: Time

    /// Has `onTimeout` called when for so many milliseconds no byte moved on the connection either way; 0 turns that off.
    ///
    /// The time is the connection's, also for messages to come. Node `message.setTimeout`.
    public func setTimeout(_ msecs: Int, _ onTimeout: (() -> Void)? = nil) {
        if let onTimeout { self.onTimeout = onTimeout }
        source?.messageSetTimeout(self, msecs)
    }

    /// The connection was inactive for the time that was set, and the message is not complete.
    public var onTimeout: (() -> Void)? {
        get { events?.onTimeout }
        set { madeEvents.onTimeout = newValue }
    }
}
