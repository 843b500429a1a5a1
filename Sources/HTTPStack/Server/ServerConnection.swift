import Engine
import HTTPWire

/// A client's connection: reads requests, hands them out one at a time, and keeps the deadlines.
///
/// The shell around `ServerLifecycle` and `MessageReader`: it performs what they say. Reused for another client when done.
final class ServerConnection: LoopObject, SocketOwner, MessageSource {
    /// SAFETY: the server holds itself while it has connections that are open, and it holds those that are not. Not checked,
    /// because every access would be two atomic operations.
    unowned(unsafe) let server: Server
    let loop: EventLoop
    private(set) var socket: Socket?
    private(set) var peer = SocketAddress.unix(path: "")
    /// Place in the server's list.
    var index = 0
    /// What the delegate keeps with it.
    var companion: AnyObject?

    var reader = MessageReader(kind: .request)
    var lifecycle = ServerLifecycle()
    var exchange: Exchange?
    var deadline = ConnectionDeadline()
    private var isProcessing = false
    /// What is made for programs that ask for it; nil unless one does.
    var watch: ConnectionWatch?
    /// Output that is gathered, of answers to pipelined requests or of a program's small writes, before it is sent.
    static let gatheredOutputBytes = 16_384
    private var isDraining = false
    /// Is the first request to be refused, soon?
    private(set) var isRefused = false
    var pace: BodyPace
    var drainedBytes: UInt64 = 0
    var splice: BodySplice?
    /// Where the body's rest goes by splice once at least so much of it is left behind a read.
    var pendingSink: (any SpliceSink)?
    private var spliceFromBytes: Int64 = 0

    init(server: Server) {
        self.server = server
        loop = server.loop
        pace = BodyPace(
            idleMs: server.options.bodyTimeoutMs, windowMs: server.options.bodyWindowMs,
            windowBytes: server.options.bodyWindowBytes)
    }

    deinit { exchange?.message.source = nil }

    /// Is the connection waiting for a request, with nothing of it read?
    var isIdle: Bool { lifecycle.phase == .head && reader.isBlank }
    var mayPersist: Bool { lifecycle.mayPersist && !isDraining }
    var isHeadRequest: Bool { exchange?.message.head.method == .head }
    var isHTTP10: Bool { exchange?.message.head.versionMinor == 0 }

    func begin(_ socket: Socket, peer: SocketAddress, isDraining: Bool, isRefused: Bool = false) {
        self.socket = socket
        self.peer = peer
        self.isDraining = isDraining
        self.isRefused = isRefused
        lifecycle = ServerLifecycle()
        reader.expectHead()
        socket.owner = self
        arm(.head, afterMs: isRefused ? server.options.refusalMs : server.options.headTimeoutMs)
        if server.timeout > 0 { setTimeout(server.timeout) }
    }

    // MARK: Reading

    func socketReadable(_ socket: Socket) {
        watch?.touch()
        if splice != nil { return runSplice(socket) }
        switch lifecycle.phase {
        case .lingering, .draining: return discardInput(socket)
        case .closing, .handedOver, .closed: return socket.pauseReading()
        case .head, .exchange: break
        }
        guard !reader.isFull else { return socket.pauseReading() }
        switch reader.fill(socket) {
        case .bytes: process()
        case .wouldBlock: break
        case .ended:
            process()
            if self.socket === socket { clientEnded() }
        case .failed(let error): fail(.gone(error))
        }
    }

    /// Works through what was read, as far as it goes. Never nested: what is called from here only notes what it wants.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while let message = wantedMessage() {
            do {
                switch try reader.next(into: message) {
                case .needMore:
                    needMore()
                    return
                case .head: startExchange(message)
                case .data(let bytes): deliver(bytes, message)
                case .end: endRequest(message)
                }
            } catch {
                reject(error)
            }
        }
        if socket != nil { reader.releaseIfEmpty(loop) }
    }

    /// The message that the next bytes belong to, or nil when they have to wait.
    private func wantedMessage() -> IncomingMessage? {
        switch lifecycle.phase {
        case .head:
            guard takesRequests else { return nil }
            if exchange == nil {
                guard reader.hasBytes else { return nil }
                exchange = server.takeExchange()
            }
            return exchange?.message
        case .exchange:
            guard !lifecycle.requestEnded, splice == nil, exchange?.message.isFlowing == true else { return nil }
            return exchange?.message
        case .draining: return exchange?.message
        case .lingering, .closing, .handedOver, .closed: return nil
        }
    }

    /// A client that sends requests without reading the answers has to wait: what is queued for it stays bounded.
    private var takesRequests: Bool {
        if (socket?.queuedBytes ?? 0) > Self.gatheredOutputBytes { flushOutput() }
        return socket?.isBlocked == false
    }

    private func flushOutput() { socket?.flush() }

    private func needMore() {
        guard socket != nil else { return }
        reader.releaseIfEmpty(loop)
        if lifecycle.phase == .head {
            guard reader.hasBytes else {
                // Nothing but the last exchange's bytes were there.
                if let exchange = exchange.take() { server.recycle(exchange) }
                return
            }
            // The rest of this head will never come.
            if lifecycle.clientEnded { return closeWhenFlushed() }
            awaitHead()
        } else if lifecycle.phase == .exchange, !lifecycle.requestEnded {
            // Everything that came before the client's EOS is read, and the request is not complete.
            if lifecycle.clientEnded { return fail(.gone(nil)) }
            if deadline.kind != .body { startPace() }
        }
    }

    private func startExchange(_ message: IncomingMessage) {
        guard let response = exchange?.response else { return }
        let head = message.head
        deadline.clear()
        let wantsToPersist =
            !head.connection.contains(.close)
            && (head.versionMinor >= 1 || head.connection.contains(.keepAlive)
                || (server.options.honoursProxyConnection && head.asksProxyToPersist))
        let framing: BodyFraming
        do { framing = try Framing.ofRequest(head) } catch {
            return reject(ClientError(status: error.status, reason: error.reason))
        }
        bind(message, response)
        // Bytes behind a CONNECT are the tunnel's, never a body or another request.
        message.framing = head.method == .connect ? .none : framing
        lifecycle.requestStarted(mayPersist: wantsToPersist && head.method != .connect)
        reader.begin(body: message.framing)
        // A request without a body is complete with its head: its EOI is known before it is handed out.
        if message.framing == .none || message.framing == .length(0) {
            message.isComplete = true
            _ = lifecycle.requestCompleted()
        }
        server.dispatch(message, response)
    }

    /// The exchange begins: its two halves know where they are.
    func bind(_ message: IncomingMessage, _ response: ServerResponse) {
        message.source = self
        response.connection = self
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, _ message: IncomingMessage) {
        if lifecycle.phase == .draining { return countDrained(bytes.count) }
        pace.received(UInt64(bytes.count), nowMs: loop.nowMs)
        message.deliver(bytes)
        // An end that was read already would not show again between the two sockets.
        guard pendingSink != nil, reader.remaining >= spliceFromBytes, reader.isSized, reader.isDrained,
            !lifecycle.clientEnded, let sink = pendingSink.take()
        else { return }
        splice = BodySplice(sink: sink)
        // The reader says no more when it needs bytes.
        if deadline.kind == .none { startPace() }
    }

    private func endRequest(_ message: IncomingMessage) {
        if deadline.kind == .body { deadline.clear() }
        let wasDraining = lifecycle.phase == .draining
        let action = lifecycle.requestCompleted()
        if !wasDraining { message.end() }
        perform(action)
    }

    private func clientEnded() {
        let action = lifecycle.clientClosedItsSide(hasUnreadBytes: !reader.isDrained)
        if action == .abort { return fail(.gone(nil)) }
        socket?.pauseReading()
        perform(action)
        // A part of a head is judged now; whole requests that wait for a client to read are still served.
        serveBuffered()
    }

    /// Takes requests that are buffered; closes when there are none and the client has ended.
    func serveBuffered() {
        guard lifecycle.phase == .head else { return }
        process()
        if lifecycle.phase == .head, !reader.hasBytes { perform(lifecycle.idleAfterClientEnd()) }
    }

    // MARK: The exchange's side

    func closeAfterResponse() { lifecycle.closeAfterResponse() }

    /// The response was written whole.
    func responseCompleted() {
        if isDraining { lifecycle.closeAfterResponse() }
        perform(lifecycle.responseCompleted(hasUnreadBytes: reader.hasBytes))
    }

    /// The response is broken: the client must see that. FIN tells it where a length or a last chunk is missing, and leaves it
    /// what it has got; only where FIN is the end of the body (`untilClose`) does it take a reset.
    func abandon(untilClose: Bool) {
        if untilClose {
            socket?.reset()
            closed(failure: nil)
        } else {
            closeWhenFlushed()
        }
    }

    func messageResumed(_ message: IncomingMessage) {
        guard lifecycle.phase == .exchange, message === exchange?.message else { return }
        if isProcessing {
            socket?.resumeReading()
        } else if message.delegate != nil {
            resume()
        } else {
            // Closures are not called by the call that resumes. Nor is anything read before what was: that would find no room.
            loop.soon { [self] in
                if message.isFlowing, message === exchange?.message, !isProcessing { resume() }
            }
        }
    }

    private func resume() {
        guard lifecycle.phase == .exchange else { return }
        socket?.resumeReading()
        if splice != nil, let socket { runSplice(socket) } else { process() }
        if lifecycle.phase == .exchange, !lifecycle.requestEnded, deadline.kind != .writeStall { startPace() }
    }

    func messageSpliceTarget(_ message: IncomingMessage, _ sink: any SpliceSink, fromBytes: Int64) {
        pendingSink = sink
        spliceFromBytes = fromBytes
    }

    func handOver(_ body: (Socket, UnsafeRawBufferPointer, Bool) -> Void) {
        guard let socket else { return }
        let ended = lifecycle.clientEnded
        lifecycle.handOver()
        deadline.clear()
        socket.owner = nil
        self.socket = nil
        companion = nil
        body(socket, reader.bytes, ended)
        closed(failure: nil, loop: socket.loop)
    }

    func perform(_ action: ServerLifecycle.Action) {
        switch action {
        case .none: break
        case .nextRequest: nextRequest()
        case .drain:
            drainedBytes = 0
            endSplice()
            arm(.drain, afterMs: server.options.drainMs)
            socket?.resumeReading()
            if !isProcessing { process() }
        case .close: closeWhenFlushed()
        case .linger:
            // What is left of the request goes nowhere any more, but must be read.
            endSplice()
            drainedBytes = 0
            arm(.drain, afterMs: server.options.drainMs)
            socket?.endWriting()
            socket?.resumeReading()
        case .abort: fail(.gone(nil))
        }
    }

    private func nextRequest() {
        endExchange()
        reader.expectHead()
        arm(.keepAlive, afterMs: server.options.keepAliveTimeoutMs)
        socket?.resumeReading()
        if !isProcessing, reader.hasBytes { process() }
        guard isIdle else { return }
        if isDraining { return closeWhenFlushed() }
        if lifecycle.clientEnded, !isProcessing { perform(lifecycle.idleAfterClientEnd()) }
    }

    private func endExchange() {
        endSplice()
        if let exchange = exchange.take() { server.recycle(exchange) }
    }

    func closeWhenFlushed() {
        guard let socket else { return }
        socket.flush()
        if socket.queuedBytes == 0 || socket.isClosed {
            socket.close()
            closed(failure: nil)
        } else {
            lifecycle.close()
            armWriteStall(socket)
        }
    }

    override func timerFired(_ tag: UInt8) {
        guard let reached = deadline.reached(loop, owner: self), let socket else { return }
        deadlineReached(reached, socket)
    }

    // MARK: The end

    /// The server drains: an idle connection closes, a busy one after its exchange.
    func drain() {
        isDraining = true
        guard isIdle, let socket else { return }
        // A request that has arrived is served: closing on it would reset the connection under it.
        socketReadable(socket)
        if isIdle { closeWhenFlushed() }
    }

    func stop() { fail(.stopped) }

    /// ERR: whoever works on the exchange hears of it, and the connection is gone.
    func fail(_ failure: ClientFailure) {
        guard let socket, lifecycle.phase != .handedOver else { return }
        if let exchange, lifecycle.phase == .exchange, !exchange.response.headersSent, failure.isAnswerable {
            lifecycle.closeAfterResponse()
            socket.pauseReading()
            deadline.clear()
            if exchange.message.delegate == nil { exchange.message.abort(ExchangeFailure(.aborted)) }
            if tellsProgram(failure) { return }
            exchange.response.requestFailed(failure)
            return
        }
        if tellsProgram(failure) { return }
        if lifecycle.phase == .exchange, !(exchange?.response.isFinished ?? true) {
            socket.reset()
        } else {
            socket.close()
        }
        closed(failure: failure)
    }

    /// The connection will not be reused: the loop lets go of it, whose timer would hold it until that has run out in vain.
    func discard() { deadline.cancel(loop) }

    func closed(failure: ClientFailure?, loop: EventLoop? = nil) {
        let loop = loop ?? self.loop
        deadline.clear()
        watch?.end(socket)
        socket = nil
        reader.discard(loop)
        lifecycle.close()
        if let exchange {
            // A program's closures hear of the end that the program itself has made.
            if !lifecycle.requestEnded, failure != nil || exchange.message.delegate == nil {
                exchange.message.abort(ExchangeFailure(.aborted))
            }
            if let failure { exchange.response.abort(failure) }
            endExchange()
        }
        isDraining = false
        if let companion {
            self.companion = nil
            server.delegate?.server(server, ended: companion)
        }
        server.remove(self)
    }
}
