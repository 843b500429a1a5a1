import Engine
import HTTPWire
import Pool

/// A connection to an origin: carries one request after another for its agent.
///
/// While it is free, its socket stays watched: whatever arrives then (EOS, an error, bytes nobody asked for) ends it at once.
final class ClientConnection: LoopObject, SocketOwner, MessageSource {
    /// SAFETY: the agent outlives its pool's connections: it is held by the loop while it has any (its sweep), and by `keptAgent`
    /// for those that its pool does not know. Not checked, because every access would be two atomic operations.
    unowned(unsafe) let agent: Agent
    /// The same agent, kept alive by a connection that its pool does not know.
    private let keptAgent: Agent?
    let socket: Socket
    let key: OriginKey
    /// The address at the other end, as it was when the socket was connected.
    let peer: SocketAddress?
    var ref: SocketRef?
    /// Nanoseconds that resolving and connecting took.
    let resolveNs: UInt64
    let connectNs: UInt64

    let loop: EventLoop
    private(set) var request: ClientRequest?
    private(set) var message: IncomingMessage
    var reader = MessageReader(kind: .response)
    var deadline = ConnectionDeadline()
    /// Bytes read from the origin, spliced ones included.
    var receivedBytes: UInt64 = 0
    /// Requests answered on this connection, on whichever loop.
    private(set) var served: Int
    private var isProcessing = false
    private(set) var responseBegun = false
    private var anyResponseByte = false
    private var hasOriginEnded = false
    private var persists = true
    private var writeError: Errno?
    var splice: BodySplice?
    /// Where the body's rest goes by splice once at least so much of it is left behind a read.
    var pendingSink: (any SpliceSink)?
    var spliceFromBytes: Int64 = 0
    /// Set once: the connection has left this agent.
    private(set) var isClosed = false {
        didSet { agent.socketClosed() }
    }
    /// What the origin said of how long it keeps an idle connection, in seconds.
    private var keepAliveHintS: Int64?

    init(
        agent: Agent, socket: Socket, key: OriginKey, peer: SocketAddress?, resolveNs: UInt64 = 0,
        connectNs: UInt64 = 0, served: Int = 0, isPooled: Bool = true
    ) {
        self.agent = agent
        loop = agent.loop
        keptAgent = isPooled ? nil : agent
        self.socket = socket
        self.key = key
        self.peer = peer
        self.resolveNs = resolveNs
        self.connectNs = connectNs
        self.served = served
        message = IncomingMessage(limits: agent.options.limits)
        super.init()
        socket.owner = self
        agent.socketOpened()
    }

    deinit {
        message.source = nil
        request?.connection = nil
    }

    var isReused: Bool { served > 0 }

    /// Who has let a request have this connection already: it need not be asked again.
    private var approver: (any AddressJudge)?

    /// May the request go where this connection leads?
    func mayServe(_ request: ClientRequest) -> Bool {
        guard let judge = request.judge else { return true }
        if let approver, approver === judge { return true }
        guard let peer, judge.mayDial(peer) else { return false }
        approver = judge
        return true
    }

    // MARK: A request's course

    func start(_ request: ClientRequest) {
        self.request = request
        responseBegun = false
        anyResponseByte = false
        hasOriginEnded = false
        persists = true
        IncomingMessage.renew(&message, limits: agent.options.limits)
        reader.expectHead()
        request.isReusedSocket = isReused
        if !isReused {
            request.resolveNs = resolveNs
            request.connectNs = connectNs
        }
        request.assigned(self, nowNs: loop.nowNs)
        arm(.head, afterMs: agent.options.responseHeadTimeoutMs)
        socket.resumeReading()
        request.delegate?.requestAssigned(request)
    }

    /// The body is written whole: from here the origin's time for its answer runs.
    func requestEnded() {
        if !responseBegun { arm(.head, afterMs: agent.options.responseHeadTimeoutMs) }
    }

    /// Gives the exchange up; with a failure, the request's delegate hears it.
    func abort(_ failure: ExchangeFailure?) {
        guard !isClosed else { return }
        if let failure { return fail(failure) }
        request = nil
        close()
    }

    // MARK: Reading

    func socketReadable(_ socket: Socket) {
        guard request != nil else { return idleReadable() }
        if splice != nil { return runSplice() }
        guard !reader.isFull else { return socket.pauseReading() }
        switch reader.fill(socket) {
        case .bytes(let count):
            receivedBytes &+= UInt64(count)
            if !anyResponseByte {
                anyResponseByte = true
                request?.firstByteNs = loop.nowNs
            }
            process()
        case .wouldBlock: break
        case .ended:
            // What it means shows when everything before it has been handed out, which a paused reader may put off.
            hasOriginEnded = true
            process()
        case .failed(let error): originFailed(error)
        }
    }

    /// Nothing is expected on a free connection: it has ended, or the origin does not speak HTTP/1.
    private func idleReadable() {
        if reader.fill(socket) == .wouldBlock { return }
        close()
    }

    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        // The next request's response may be another object, and is looked for anew.
        while request != nil, splice == nil, process(message) {}
        isProcessing = false
        if !isClosed { reader.releaseIfEmpty(loop) }
    }

    /// Hands out what was read of one response; true after its EOI.
    private func process(_ message: IncomingMessage) -> Bool {
        while request != nil, splice == nil, !responseBegun || message.isFlowing {
            do {
                switch try reader.next(into: message) {
                case .needMore:
                    needMore()
                    return false
                case .head: takeHead(message)
                case .data(let bytes): deliver(bytes, message)
                case .end:
                    finish(message)
                    return true
                }
            } catch {
                fail(ExchangeFailure(.badResponse, detail: error.reason))
            }
        }
        return false
    }

    private func needMore() {
        reader.releaseIfEmpty(loop)
        if hasOriginEnded {
            isProcessing = false
            return originEnded()
        }
        if responseBegun { arm(.body, afterMs: agent.options.bodyTimeoutMs) }
    }

    private func takeHead(_ message: IncomingMessage) {
        guard let request else { return }
        let head = message.head
        if head.status == 101 { return takeUpgrade(request) }
        if head.status < 200 {
            // Interim: the next head follows on the same socket. RFC 9110 15.2.
            request.delegate?.request(request, information: head)
            if self.request != nil { reader.expectHead() }
            return
        }
        // From here on the connection is a tunnel. RFC 9110 9.3.6.
        if request.method == .connect, head.status < 300 { return handOver(request) }
        let framing: BodyFraming
        do { framing = try Framing.ofResponse(head, to: request.method) } catch {
            return fail(ExchangeFailure(.badResponse, detail: error.reason))
        }
        responseBegun = true
        deadline.clear()
        persists =
            framing != .untilClose && !head.hasLengthAndTransferEncoding && !head.connection.contains(.close)
            && (head.versionMinor >= 1 || head.connection.contains(.keepAlive)) && !request.isLast
        keepAliveHintS = head.keepAliveTimeoutS
        message.framing = framing
        message.source = self
        reader.begin(body: framing)
        request.delegate?.request(request, response: message)
    }

    private func takeUpgrade(_ request: ClientRequest) {
        guard request.wantsUpgrade, request.isEnded else {
            return fail(ExchangeFailure(.badResponse, detail: "The origin switched protocols without being asked to."))
        }
        handOver(request)
    }

    /// The socket is the caller's from now on.
    private func handOver(_ request: ClientRequest) {
        self.request = nil
        let delegate = request.over()
        deadline.cancel(loop)
        isClosed = true
        socket.owner = nil
        agent.leftPool(self)
        if let delegate {
            delegate.request(request, upgraded: message.head, socket: socket, early: reader.bytes)
        } else {
            socket.close()
        }
        reader.discard(loop)
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, _ message: IncomingMessage) {
        message.deliver(bytes)
        // An end that was read already would not show again between the two sockets.
        guard pendingSink != nil, reader.remaining >= spliceFromBytes, reader.isSized, reader.isDrained,
            !hasOriginEnded, let sink = pendingSink.take()
        else { return }
        splice = BodySplice(sink: sink)
        // The reader says no more when it needs bytes.
        arm(.body, afterMs: agent.options.bodyTimeoutMs)
    }

    /// EOI of the response.
    private func finish(_ message: IncomingMessage) {
        guard let request = request.take() else { return }
        _ = request.over()
        deadline.clear()
        pendingSink = nil
        served += 1
        // A response that came before the request was sent whole leaves the connection in the middle of a message.
        // So does output that the origin has not taken: it answered without reading.
        let isReusable =
            persists && !hasOriginEnded && request.isEnded && reader.isDrained && writeError == nil && !socket.isClosed
            && socket.queuedBytes == 0 && isSilent()
        reader.releaseIfEmpty(loop)
        if isReusable {
            let isKept = agent.options.keepAlive || request.draft?.options.keepAlive ?? false
            agent.release(self, idleLimitMs: isKept ? idleLimitMs : 0)
        } else {
            close()
        }
        message.source = nil
        message.end()
        message.delegate = nil
        request.draft?.ended()
    }

    /// Does nothing wait behind the response? What does is looked for before another request has the connection: its end, or
    /// bytes that would be taken for the next answer. Costs nothing where the last read has emptied the socket.
    private func isSilent() -> Bool { !socket.isReadReady || reader.fill(socket) == .wouldBlock }

    /// Gives the slot in the pool back. A request under way goes on, and the connection ends with it.
    func leavePool() { agent.leftPool(self) }

    private var idleLimitMs: Int64 {
        let own = agent.options.pool.idleTimeoutMs
        // A second less than the origin allows, so that its close and our request do not cross.
        return keepAliveHintS.map { min(own, ($0 - 1) * 1000) } ?? own
    }

    // MARK: The origin's end

    /// EOS, with everything before it handed out.
    private func originEnded() {
        if responseBegun {
            guard reader.endOfStream() else { return fail(ExchangeFailure(.truncated)) }
            persists = false
            return process()
        }
        fail(ExchangeFailure(.closedBeforeResponse, isStaleSocket: isReused && !anyResponseByte))
    }

    private func originFailed(_ error: Errno) {
        fail(ExchangeFailure(.reset, errno: error, isStaleSocket: isReused && !anyResponseByte))
    }

    func socketFailed(_ socket: Socket, _ error: Errno) {
        guard request != nil else { return close() }
        // The origin may have answered before it stopped reading: what it sent decides.
        writeError = error
        persists = false
        socket.readSoon()
    }

    func fail(_ failure: ExchangeFailure) {
        let request = self.request
        let message = self.message
        self.request = nil
        let begun = responseBegun
        close()
        guard let request else { return }
        if begun {
            _ = request.over()
            message.source = nil
            message.abort(failure)
            message.delegate = nil
            request.draft?.ended()
        } else {
            request.fail(failure)
        }
    }

    /// Closes the socket and leaves the pool.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        splice?.release(loop)
        splice = nil
        pendingSink = nil
        // It holds this connection as this holds it: given up halfway, neither would go.
        message.source = nil
        deadline.cancel(loop)
        reader.discard(loop)
        socket.close()
        agent.closed(self)
    }

    /// Gives the descriptor up for another loop; nil when the socket is dead, which it is then closed for.
    func detach() -> OwnedDescriptor? {
        isClosed = true
        deadline.cancel(loop)
        guard let descriptor = socket.detach() else {
            socket.close()
            return nil
        }
        return descriptor
    }

    override func timerFired(_ tag: UInt8) { deadlineReached() }
}
