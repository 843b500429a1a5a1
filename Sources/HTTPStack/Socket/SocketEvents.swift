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

    /// Holds this object as its owner: `Socket.close` breaks the cycle.
    private let socket: Socket
    private let loop: EventLoop
    private var hasEnded = false
    private var receivedBytes: UInt64 = 0
    private var timer = LazyTimer()
    private var timeoutMs: UInt64 = 0
    /// What `traffic` was when the time was last looked at.
    private var seenTraffic: UInt64 = 0

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
        if hasEnded { closeWhenFlushed() }
    }

    func destroy(reset: Bool = false) {
        guard !socket.isClosed else { return }
        timer.cancel(loop)
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
        guard timer.fired(loop, owner: self), !socket.isClosed else { return }
        let isQuiet = traffic == seenTraffic
        watch()
        if isQuiet { onTimeout?() }
    }
}
