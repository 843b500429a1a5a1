import Engine
import HTTPWire

/// What a request in Node's form has beyond the raw one: its head while it may change, bytes written before there is a socket,
/// the program's closures, and its time-out. The request's delegate.
///
/// Closures are never called inside a call of the program: what happens there is told later in the turn.
final class RequestDraft: LoopObject, ClientRequestDelegate {
    /// How far the sending has come.
    private enum Stage: UInt8 {
        /// The head may change. Next: settled.
        case open
        /// The head is fixed, and waits for a socket. Next: sent.
        case settled
        /// The head is in the socket's hands, and what is written follows it.
        case sent
    }

    /// Bytes kept for a socket to come, beyond which `write` returns false.
    private static let pendingLimit = 16_384

    let loop: EventLoop
    /// The request owns this object.
    private unowned let request: ClientRequest
    /// How the request's connection is meant to go on.
    let options: RequestOptions
    private let persists: Bool
    private(set) var head: RequestHead
    var events = RequestEvents()
    /// Where a task finds the response: see `ClientRequest.response`.
    var responseWaiter: ResponseWaiter?

    private var stage = Stage.open
    private var pending: [UInt8] = []
    private(set) var isEnded = false
    private(set) var isAborted = false
    /// `onClose` has been or is about to be called: nothing comes after it.
    private(set) var isClosed = false
    private var hasFailed = false
    private var hasToldSocket = false
    private var hasFinished = false
    private var awaitsDrain = false
    /// Bytes written since the program was last told to stop.
    private var turnBytes = 0
    /// The response, from its head on.
    private var response: IncomingMessage?

    private var timeoutMs: UInt64 = 0
    private var timer = LazyTimer()
    private var seenTraffic: UInt64 = 0
    private var noDelay: Bool?
    private var keepAlive: (isOn: Bool, delayMs: Int)?

    init(_ request: ClientRequest, _ options: RequestOptions, head: RequestHead, persists: Bool, loop: EventLoop) {
        self.request = request
        self.options = options
        self.head = head
        self.persists = persists
        self.loop = loop
        super.init()
        loop.ref()
    }

    // MARK: Head

    var headersSent: Bool { stage != .open }

    func set(_ name: String, _ values: [String]) throws(OutgoingError) {
        guard stage == .open else { throw .headersSent }
        try head.set(name, values)
    }

    func remove(_ name: String) throws(OutgoingError) {
        guard stage == .open else { throw .headersSent }
        head.remove(name)
    }

    /// Fixes the head; `bodyBytes` is the body's length when all of it is known.
    private func settle(bodyBytes: Int? = nil) {
        guard stage == .open else { return }
        stage = .settled
        let settlement = head.settle(bodyBytes: bodyBytes, persists: persists)
        request.framing = settlement.framing
        request.wantsUpgrade = settlement.wantsUpgrade
        request.isLast = settlement.isLast
    }

    /// Sends the head without waiting for a body.
    func flushHeaders() {
        settle()
        sendHead()
    }

    private func sendHead() {
        guard stage == .settled, let socket = request.socket else { return }
        stage = .sent
        let size = head.byteCount
        if size <= Block.capacity {
            socket.commit(head.write(into: socket.reserve(size)))
        } else {
            // SAFETY: `count` is what the writer has filled from the front.
            let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
                count = head.write(into: UnsafeMutableRawBufferPointer(room))
            }
            bytes.withUnsafeBytes { _ = socket.write($0) }
        }
        request.beginBody()
    }

    // MARK: Body

    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !isEnded else {
            report(ExchangeFailure(.writeAfterEnd))
            return false
        }
        guard !isClosed, !isAborted else { return false }
        settle()
        guard request.isAssigned else {
            pending.append(contentsOf: bytes)
            awaitsDrain = awaitsDrain || pending.count > Self.pendingLimit
            return pending.count <= Self.pendingLimit
        }
        sendHead()
        guard request.send(bytes) else {
            awaitsDrain = true
            return false
        }
        turnBytes += bytes.count
        guard turnBytes >= WriteTurn.bytes else { return true }
        turnBytes = 0
        awaitsDrain = true
        tellDrainSoon()
        return false
    }

    func end(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded else {
            if !bytes.isEmpty { report(ExchangeFailure(.writeAfterEnd)) }
            return
        }
        settle(bodyBytes: bytes.count)
        if !bytes.isEmpty { _ = write(bytes) }
        isEnded = true
        complete()
    }

    /// Ends the raw request when everything before its end has been written.
    private func complete() {
        guard isEnded, !isClosed, request.isAssigned else { return }
        sendHead()
        request.finish(trailersOf: nil)
        if events.onFinish != nil { tellFinishSoon() }
    }

    // MARK: The program's closures

    func listen(onSocket: ((Socket) -> Void)?) {
        events.onSocket = onSocket
        if request.isAssigned { loop.soon { [request, self] in withExtendedLifetime(request) { tellSocket() } } }
    }

    func listen(onFinish: (() -> Void)?) {
        events.onFinish = onFinish
        if isEnded { tellFinishSoon() }
    }

    private func tellSocket() {
        guard !hasToldSocket, let socket = request.socket, let onSocket = events.onSocket else { return }
        hasToldSocket = true
        onSocket(socket)
    }

    private func tellFinishSoon() { loop.soon { [request, self] in withExtendedLifetime(request) { tellFinish() } } }

    /// Everything is in the kernel's hands, or the origin has answered, so it was.
    private func tellFinish() {
        guard !hasFinished, !hasFailed, request.isEnded else { return }
        if let socket = request.socket {
            socket.flush()
            guard socket.queuedBytes == 0, !socket.hasFailed else { return }
        }
        hasFinished = true
        events.onFinish?()
    }

    private func tellDrainSoon() {
        guard awaitsDrain else { return }
        awaitsDrain = false
        loop.soon { [request, self] in
            withExtendedLifetime(request) {
                if !isEnded, !isClosed { events.onDrain?() }
            }
        }
    }

    /// Tells of a mistake that does not end the request; nobody when that is over, as nothing follows `onClose`.
    private func report(_ failure: ExchangeFailure) {
        guard !isClosed else { return }
        loop.soon { [request, self] in withExtendedLifetime(request) { tell(failure) } }
    }

    private func tell(_ failure: ExchangeFailure) {
        if let onError = events.onError {
            onError(failure)
        } else if failure.kind != .aborted || failure.detail != nil {
            UnhandledError.raise(failure, on: loop)
        }
    }

    /// Runs a handler of the program; what it throws ends the request, and is nobody else's fault.
    private func run(_ handler: () throws -> Void) -> Bool {
        do {
            try handler()
            return true
        } catch {
            UnhandledError.raise(error, on: loop)
            return false
        }
    }

    // MARK: The end

    func abort() {
        guard !isAborted, !isClosed, !request.isOver else { return }
        isAborted = true
        request.giveUp()
        loop.soon { [request, self] in withExtendedLifetime(request) { events.onAbort?() } }
        close(ExchangeFailure(.aborted))
    }

    /// The exchange is over, with nothing to complain of.
    func ended() { close(nil) }

    private func close(_ failure: ExchangeFailure?) {
        guard !isClosed else { return }
        isClosed = true
        hasFailed = failure != nil
        timer.cancel(loop)
        pending = []
        let response = self.response
        self.response = nil
        loop.unref()
        // Before the close: the message tells it later in the turn, too.
        if let failure, let response { response.abort(failure) }
        loop.soon { [request, self] in
            withExtendedLifetime(request) {
                if let failure, response == nil { tell(failure) }
                events.onClose?()
                // A task may still wait for a response where the socket was handed over in its place.
                responseWaiter?.finish(
                    .failure(ExchangeFailure(.aborted, detail: "The socket was handed over in place of a response.")))
                // What the closures hold, the request itself most likely, is let go.
                events = RequestEvents()
            }
        }
    }

    // MARK: ClientRequestDelegate

    func requestAssigned(_ request: ClientRequest) {
        guard let socket = request.socket else { return }
        if let noDelay { socket.setNoDelay(noDelay) }
        if options.keepAlive { socket.setKeepAlive(true, initialDelayMs: options.keepAliveMsecs) }
        if let keepAlive { socket.setKeepAlive(keepAlive.isOn, initialDelayMs: keepAlive.delayMs) }
        watch()
        if events.onSocket != nil { loop.soon { [self] in withExtendedLifetime(request) { tellSocket() } } }
        guard stage != .open else { return }
        sendHead()
        let bytes = pending
        pending = []
        var takesMore = true
        if !bytes.isEmpty { takesMore = bytes.withUnsafeBytes { request.send($0) } }
        complete()
        if takesMore { tellDrainSoon() }
    }

    func request(_ request: ClientRequest, information head: MessageHead) {
        tellSocket()
        if head.status == 100 { events.onContinue?() }
        events.onInformation?(Information(head))
    }

    func request(_ request: ClientRequest, response message: IncomingMessage) {
        tellSocket()
        guard let onResponse = events.onResponse else { return message.resume() }
        message.head.adopt()
        response = message
        if !run({ try onResponse(message) }) { abort() }
    }

    func request(_ request: ClientRequest, upgraded head: MessageHead, socket: Socket, early: UnsafeRawBufferPointer) {
        if !hasToldSocket, let onSocket = events.onSocket {
            hasToldSocket = true
            onSocket(socket)
        }
        let handler = request.method == .connect ? events.onConnect : events.onUpgrade
        if let handler {
            head.adopt()
            let message = IncomingMessage(head: head)
            message.isComplete = true
            if !run({ try handler(message, socket, Array(early)) }) { socket.close() }
        } else {
            socket.close()
        }
        ended()
    }

    func requestBlocked(_ request: ClientRequest) {}

    func requestDrained(_ request: ClientRequest) {
        tellDrainSoon()
        if isEnded, events.onFinish != nil { tellFinishSoon() }
    }

    func request(_ request: ClientRequest, failed failure: ExchangeFailure) { close(failure) }

    // MARK: Socket options and time

    func setNoDelay(_ isOn: Bool) {
        noDelay = isOn
        request.socket?.setNoDelay(isOn)
    }

    func setSocketKeepAlive(_ isOn: Bool, initialDelayMs: Int) {
        keepAlive = (isOn, initialDelayMs)
        request.socket?.setKeepAlive(isOn, initialDelayMs: initialDelayMs)
    }

    func setTimeout(_ msecs: Int) {
        timeoutMs = UInt64(max(0, msecs))
        guard !isClosed else { return }
        if timeoutMs == 0 { timer.cancel(loop) } else { watch() }
    }

    /// Bytes either way, as far as they can be seen from here.
    private var traffic: UInt64 { (request.socket?.sentBytes ?? 0) &+ request.receivedBytes }

    private func watch() {
        guard timeoutMs > 0, request.isAssigned else { return }
        seenTraffic = traffic
        timer.set(loop, owner: self, afterMs: timeoutMs)
    }

    override func timerFired(_ tag: UInt8) {
        guard timer.fired(loop, owner: self), !isClosed else { return }
        let isQuiet = traffic == seenTraffic
        watch()
        guard isQuiet else { return }
        withExtendedLifetime(request) {
            events.onTimeout?()
            response?.onTimeout?()
        }
    }
}
