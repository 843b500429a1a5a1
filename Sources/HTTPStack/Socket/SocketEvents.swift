import Engine
import HTTPWire

/// What a program wants to hear of a socket that is its own: the closures behind `socket.onData` and its kin.
///
/// Owns the socket for as long as it is open, and keeps the loop from ending meanwhile.
final class SocketEvents: LoopObject, SocketOwner {
    var onData: ((UnsafeRawBufferPointer) -> Void)?
    var onEnd: (() -> Void)?
    var onDrain: (() -> Void)?
    var onError: ((Errno) -> Void)?
    var onClose: (() -> Void)?
    var onTimeout: (() -> Void)?
    /// Where what is read goes besides `onData`.
    var sink: (any WritableStream)?
    /// The program has paused it.
    var isPaused = false
    /// How long the peer may take to end, and how much it may send, after an `end` of a program that does not listen.
    var lingerMs: UInt64 = 2_000
    private static let lingerBytes: UInt64 = 262_144

    /// Holds this object as its owner: `Socket.close` breaks the cycle.
    private let socket: Socket
    private let loop: EventLoop
    private var hasEnded = false
    private var receivedBytes: UInt64 = 0
    private var timer = LazyTimer()
    private var timeoutMs: UInt64 = 0
    /// What `traffic` was when the time was last looked at.
    private var seenTraffic: UInt64 = 0
    private var lingerTimer = EngineTimerID.none
    /// What had been received when the peer's time began.
    private var lingerFrom: UInt64 = 0
    private static let lingerTag: UInt8 = 1

    init(_ socket: Socket) {
        self.socket = socket
        loop = socket.loop
        super.init()
        loop.ref()
    }

    deinit { loop.unref() }

    // MARK: What the program does

    func end() {
        socket.endWriting()
        if hasEnded { return closeWhenFlushed() }
        // The program may still say that it listens.
        loop.soon { [self] in linger() }
    }

    /// Does this side wait for nothing but the peer's end?
    private var isLingering: Bool {
        socket.isShut && !hasEnded && !socket.isClosed && !isPaused && onData == nil && sink == nil
    }

    /// Drops what comes, or the peer's end would never show: for a while, once everything is out. RFC 9112 9.6.
    private func linger() {
        guard isLingering else { return }
        socket.resumeReading()
        socket.flush()
        if socket.queuedBytes == 0, lingerTimer.isNone {
            lingerFrom = receivedBytes
            lingerTimer = loop.schedule(self, tag: Self.lingerTag, afterMs: lingerMs)
        }
    }

    func destroy(reset: Bool = false) {
        guard !socket.isClosed else { return }
        timer.cancel(loop)
        loop.cancel(&lingerTimer)
        let onClose = onClose
        // What is called below may let go of this object.
        withExtendedLifetime(self) {
            if reset { socket.reset() } else { socket.close() }
            loop.soon { onClose?() }
        }
    }

    // MARK: SocketOwner

    func socketReadable(_ socket: Socket) {
        guard !hasEnded else { return socket.pauseReading() }
        let block = loop.buffers.take()
        defer { loop.buffers.recycle(block) }
        switch socket.read(into: block.memory) {
        case .bytes(let count): deliver(UnsafeRawBufferPointer(rebasing: block.memory[..<count]))
        case .wouldBlock: break
        case .ended: peerEnded()
        case .failed(let error): fail(error)
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        receivedBytes &+= UInt64(bytes.count)
        onData?(bytes)
        if let sink, !sink.write(bytes) { socket.pauseReading() }
        if !lingerTimer.isNone, receivedBytes - lingerFrom > Self.lingerBytes, isLingering { destroy() }
    }

    private func peerEnded() {
        hasEnded = true
        if let sink {
            sink.end()
        } else if onEnd == nil {
            // Nobody decides when this side ends: it ends with the other. Node `allowHalfOpen: false`.
            socket.endWriting()
        }
        onEnd?()
        closeWhenFlushed()
    }

    private func closeWhenFlushed() {
        guard socket.isShut, !socket.isClosed else { return }
        socket.flush()
        if socket.queuedBytes == 0 { destroy() }
    }

    func socketBlocked(_ socket: Socket) {}

    func socketDrained(_ socket: Socket) {
        if hasEnded, socket.isShut { return closeWhenFlushed() }
        if isLingering { linger() }
        onDrain?()
    }

    func socketFailed(_ socket: Socket, _ error: Errno) { fail(error) }

    private func fail(_ error: Errno) {
        let onError = onError
        sink?.destroy()
        destroy()
        onError?(error)
    }

    // MARK: Time

    /// Bytes either way, so far.
    private var traffic: UInt64 { receivedBytes &+ socket.sentBytes }

    func setTimeout(_ msecs: Int) {
        timeoutMs = UInt64(max(0, msecs))
        if timeoutMs == 0 { timer.cancel(loop) } else { watch() }
    }

    private func watch() {
        seenTraffic = traffic
        timer.set(loop, owner: self, afterMs: timeoutMs)
    }

    override func timerFired(_ tag: UInt8) {
        if tag == Self.lingerTag {
            lingerTimer = .none
            if isLingering { destroy() }
            return
        }
        guard timer.fired(loop, owner: self), !socket.isClosed else { return }
        let isQuiet = traffic == seenTraffic
        watch()
        if isQuiet { onTimeout?() }
    }
}
