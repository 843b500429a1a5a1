import Engine
import HTTPWire
import Pool

/// Who makes a request and takes what comes of it. Called on the agent's loop. Heads' bytes are borrowed for the call.
public protocol ClientRequestDelegate: AnyObject {
    /// A socket carries the request now and its head is written: the body may be.
    func requestAssigned(_ request: ClientRequest)
    /// An interim response other than 101: any number of them before the final one.
    func request(_ request: ClientRequest, information head: MessageHead)
    /// The final response. Resume it to get its body.
    func request(_ request: ClientRequest, response message: IncomingMessage)
    /// 101 to a request that asked for an upgrade: the socket is the caller's, `early` came behind the head.
    func request(
        _ request: ClientRequest, upgraded head: MessageHead, socket: Socket, early: UnsafeRawBufferPointer)
    /// The origin takes no more for now: stop writing until `requestDrained`.
    func requestBlocked(_ request: ClientRequest)
    /// Writing may go on after `requestBlocked`.
    func requestDrained(_ request: ClientRequest)
    /// No response will come. (A response that was cut off is reported by its message.)
    func request(_ request: ClientRequest, failed failure: ExchangeFailure)
}

/// A request to an origin. Node `http.ClientRequest`.
///
/// Two ways to make one. `HTTP.request` gives a request in Node's form, which tells what happens by closures. Or raw, for a
/// delegate: fill in what it is, hand it to `Agent.start`, write the body after `requestAssigned`, and `end` it; reusable after
/// it is over, by `prepare`.
public final class ClientRequest: SpliceSink, WritableStream {
    /// Held until the request is over, and let go then.
    public var delegate: (any ClientRequestDelegate)?

    /// How the response's framing is to be read, and whether a retry is safe.
    public var method = Method.get
    /// The serialised head, owned by the caller, who keeps it until `requestAssigned` or failure.
    public var headBytes = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The framing that the head announces.
    public var framing = BodyFraming.none
    /// Does the head ask for an upgrade? Then a 101 hands the socket over.
    public var wantsUpgrade = false
    /// Which sockets may carry it.
    public var freshness = SocketFreshness.any
    /// Which addresses it may be sent to, beyond what the agent's connector allows to all; nil for any of those. Asked for a free
    /// socket's peer as for an address to be dialled: where it must not go, it gets a connection of its own.
    public var judge: (any AddressJudge)?

    /// The head says that the connection serves no other request.
    public var isLast = false

    /// What a request in Node's form has beyond this; nil for a raw one.
    var draft: RequestDraft?
    /// Set while the request waits for a connection.
    var agent: Agent?
    /// The connection that carries it.
    ///
    /// SAFETY: the connection has the request in turn, and `over` is called before it lets go of it, or else its deinit takes it
    /// out here. Not held, because every request would cost two atomic operations.
    unowned(unsafe) var connection: ClientConnection?
    var waiter: WaiterRef?
    private var encoder = BodyEncoder()
    /// `end` was called.
    public private(set) var isEnded = false
    /// A response or a failure came, or the request was aborted.
    public private(set) var isOver = false

    /// Went out on a socket that had served before? Node `request.reusedSocket`.
    public internal(set) var isReusedSocket = false
    /// Monotonic nanoseconds at which it was handed to the agent.
    public internal(set) var startedNs: UInt64 = 0
    /// Monotonic nanoseconds at which a socket was assigned and the head went out; 0 before.
    public internal(set) var assignedNs: UInt64 = 0
    /// Monotonic nanoseconds at which the first byte of a response came; 0 before.
    public internal(set) var firstByteNs: UInt64 = 0
    /// Nanoseconds that resolving the name took, when the socket is new.
    public internal(set) var resolveNs: UInt64 = 0
    /// Nanoseconds that connecting took, when the socket is new.
    public internal(set) var connectNs: UInt64 = 0

    /// A raw request, to be filled in.
    public init() {}

    /// Is a socket carrying it?
    public var isAssigned: Bool { connection != nil }
    /// The socket that carries it; nil before and after. Its bytes are the request's: set no closures on it.
    public var socket: Socket? { connection?.socket }
    /// Does the origin take no more for now?
    public var isBlocked: Bool { connection?.socket.isBlocked ?? false }
    /// May its body be written? Not after `end`, and not when it is over.
    public var isWritable: Bool { !isOver && !(draft?.isEnded ?? isEnded) }
    /// Payload bytes written so far.
    public var payloadBytes: UInt64 { encoder.payloadBytes }

    /// Forgets the last use.
    public func prepare() {
        method = .get
        headBytes = UnsafeRawBufferPointer(start: nil, count: 0)
        framing = .none
        wantsUpgrade = false
        freshness = .any
        judge = nil
        isLast = false
        draft = nil
        agent = nil
        connection = nil
        waiter = nil
        encoder = BodyEncoder()
        isEnded = false
        isOver = false
        isReusedSocket = false
        startedNs = 0
        assignedNs = 0
        firstByteNs = 0
        resolveNs = 0
        connectNs = 0
    }

    /// Writes payload, borrowed for the call; a raw request takes it after `requestAssigned`. False when no more should be
    /// written until `onDrain` or `requestDrained`.
    ///
    /// In Node's form the head goes first, and what is written before there is a socket is kept: all of it, but false is
    /// returned once that is more than 16 KiB. After `end` it is dropped, and `onError` hears `.writeAfterEnd`.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let draft { return draft.write(bytes) }
        return send(bytes)
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let connection, !isEnded else { return false }
        encoder.write(bytes, to: connection.socket)
        return !connection.socket.isBlocked
    }

    /// Ends the body. One shorter than announced breaks the connection, which is then closed.
    public func end() { end(trailersOf: nil) }

    /// Ends the body, with the trailers of the message that it relays, if any.
    public func end(trailersOf message: IncomingMessage?) {
        if let draft { return draft.end(UnsafeRawBufferPointer(start: nil, count: 0)) }
        finish(trailersOf: message)
    }

    func finish(trailersOf message: IncomingMessage?) {
        guard !isEnded else { return }
        isEnded = true
        guard let connection else { return }
        if encoder.end(trailersOf: message, to: connection.socket) {
            connection.requestEnded()
        } else {
            connection.abort(ExchangeFailure(.aborted, detail: "The body is shorter than its Content-Length."))
        }
    }

    /// Gives the request up: a socket that carries it is closed, a place in the queue is left.
    ///
    /// A delegate hears nothing. In Node's form `onAbort` follows, then `onError` (`.aborted`) or, when the response had begun,
    /// its `onAborted`, then `onClose`.
    public func abort() {
        if let draft { draft.abort() } else { giveUp() }
    }

    /// The same as `abort`.
    public func destroy() { abort() }

    func giveUp() {
        guard !isOver else { return }
        let connection = self.connection
        let agent = self.agent
        _ = over()
        if let connection {
            connection.abort(nil)
        } else {
            agent?.cancel(self)
        }
    }

    // MARK: Splicing

    public var spliceSocket: Socket? { encoder.isSized && !isEnded ? connection?.socket : nil }
    public var spliceRemaining: Int64 { encoder.remaining }
    public func spliced(_ count: Int64) { encoder.skip(count) }

    // MARK: The connection's side

    func assigned(_ connection: ClientConnection, nowNs: UInt64) {
        self.connection = connection
        agent = nil
        waiter = nil
        assignedNs = nowNs
        // In Node's form the head is written by the draft, and nothing before it.
        encoder = BodyEncoder(framing)
        connection.socket.write(headBytes)
    }

    /// The head was written, later than `assigned`: the body follows with its framing.
    func beginBody() { encoder = BodyEncoder(framing) }

    /// Bytes that came on its connection.
    var receivedBytes: UInt64 { connection?.receivedBytes ?? 0 }

    func fail(_ failure: ExchangeFailure) {
        guard !isOver else { return }
        over()?.request(self, failed: failure)
    }

    /// The request is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    func over() -> (any ClientRequestDelegate)? {
        isOver = true
        connection = nil
        agent = nil
        return delegate.take()
    }
}
