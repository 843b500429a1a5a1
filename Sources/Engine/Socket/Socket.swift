import CLinux
import Glibc

/// A connected (or connecting) stream socket on one loop: edge-triggered, non-blocking, with queued output.
///
/// Reading: the owner is told of readiness and reads itself, into memory of its choice. Writing: `write` and
/// `reserve`/`commit` gather small pieces, which leave in one system call when the loop has finished the event at hand; large
/// pieces go out at once together with what was gathered. What the kernel does not take is queued and `socketBlocked` is
/// called; the queue grows only if the owner goes on writing.
///
/// The descriptor is registered once for its whole life, also across a change of owner.
public final class Socket: EventHandler {
    struct Flags: OptionSet {
        let rawValue: UInt16
        static let readReady = Flags(rawValue: 1 << 0)
        /// epoll reported the peer's end or an error: a short read does not mean that nothing is left.
        static let endSeen = Flags(rawValue: 1 << 1)
        static let paused = Flags(rawValue: 1 << 2)
        static let blocked = Flags(rawValue: 1 << 3)
        static let connecting = Flags(rawValue: 1 << 4)
        static let shutWhenDrained = Flags(rawValue: 1 << 5)
        static let shut = Flags(rawValue: 1 << 6)
        static let closed = Flags(rawValue: 1 << 7)
        static let failed = Flags(rawValue: 1 << 8)
        static let inFlushList = Flags(rawValue: 1 << 9)
        /// TCP_NODELAY is not set yet: see `sendAtOnce`.
        static let isDelayed = Flags(rawValue: 1 << 10)
        /// The owner has said itself whether the peer is probed.
        static let probeChosen = Flags(rawValue: 1 << 11)
        /// Epoll is silent about less than a certain number of bytes; the loop's `bulkSweep` looks for them.
        static let awaitsBulk = Flags(rawValue: 1 << 12)
    }

    /// What one read gave.
    public enum ReadResult: Equatable {
        /// This many bytes, at least one.
        case bytes(Int)
        /// Nothing now; `socketReadable` follows.
        case wouldBlock
        /// EOS: the peer sends no more.
        case ended
        /// ERR: the connection is broken, nothing more can be read.
        case failed(Errno)
    }

    /// Pieces up to this size are gathered by copying; larger ones are handed to the kernel where they lie.
    public static let gatheredBytes = 4096
    /// Milliseconds until a send is tried again that found the kernel without memory.
    private static let memoryRetryMs: UInt64 = 20

    /// The loop that the socket lives on, and on whose thread alone it may be used.
    public let loop: EventLoop
    /// The loop's blocks, named here because a way through two objects costs two atomic operations each time.
    package let buffers: BufferPool
    /// The descriptor, or -1 after `close`.
    public private(set) var fd: CInt
    /// Strong on purpose: broken by `close`, and by the owner when it hands the socket over.
    public var owner: (any SocketOwner)?

    var flags: Flags = []
    private var failure: Errno?
    private var output = OutputQueue()
    private var budget: ConnectionBudget?

    /// Bytes written by the owner that the kernel has not taken yet.
    public var queuedBytes: Int { output.count }
    /// Bytes that the kernel has taken from this side over the socket's life, spliced ones included.
    public internal(set) var sentBytes: UInt64 = 0
    /// Bytes that the peer's kernel has acknowledged. Unlike `sentBytes`, this moves with every byte that the peer reads, also
    /// while a full send buffer waits to be a third empty.
    public var acknowledgedBytes: UInt64 {
        let waiting = clinux_unacknowledged(fd)
        return waiting > 0 && UInt64(waiting) <= sentBytes ? sentBytes - UInt64(waiting) : sentBytes
    }

    /// Takes over the connected or connecting descriptor `fd`. Throws what epoll_ctl refused; `fd` is closed then.
    public init(
        loop: EventLoop, descriptor: consuming OwnedDescriptor, connecting: Bool = false,
        budget: ConnectionBudget? = nil
    ) throws(Errno) {
        self.loop = loop
        buffers = loop.buffers
        fd = descriptor.release()
        self.budget = budget
        super.init()
        if connecting { flags.insert(.connecting) }
        do {
            try loop.register(
                self, fd: fd, for: [.readable, .writable, .peerEnded], edgeTriggered: true)
        } catch {
            close()
            throw error
        }
    }

    /// A socket that is closed already, standing in for one that could not be registered.
    public init(closedOn loop: EventLoop) {
        self.loop = loop
        buffers = loop.buffers
        fd = -1
        super.init()
        flags.insert(.closed)
    }

    deinit {
        // A socket that was dropped without close() would leak its descriptor; the loop holds registered ones alive.
        if fd >= 0 { _ = Glibc.close(fd) }
    }

    /// Has the descriptor been given back? Nothing is read, written or reported any more then.
    public var isClosed: Bool { flags.contains(.closed) }
    /// Is output waiting for the peer to read?
    public var isBlocked: Bool { flags.contains(.blocked) }
    /// SHUT: has this side promised to send no more, or will it once the queue is empty?
    public var isShut: Bool { !flags.isDisjoint(with: [.shut, .shutWhenDrained]) }
    /// ERR: has a write failed? What was queued then is lost. Its owner hears of it later in the turn.
    public var hasFailed: Bool { flags.contains(.failed) }
    /// May a read give something? False from a read that found nothing until the next event.
    public var isReadReady: Bool { flags.contains(.readReady) }

    // MARK: Events

    override public func ready(_ readiness: Readiness) {
        if flags.contains(.connecting) { return connectReady(readiness) }
        if !readiness.isDisjoint(with: [.readable, .error, .hangUp, .peerEnded]) {
            flags.insert(.readReady)
            if !readiness.isDisjoint(with: [.error, .hangUp, .peerEnded]) { flags.insert(.endSeen) }
        }
        if flags.contains(.blocked), !readiness.isDisjoint(with: [.writable, .error, .hangUp]) { unblock() }
        if let failure {
            self.failure = nil
            owner?.socketFailed(self, failure)
        }
        guard flags.contains(.readReady), !flags.contains(.paused), !flags.contains(.closed) else { return }
        owner?.socketReadable(self)
        if flags.contains(.readReady), !flags.contains(.paused), !flags.contains(.closed) { loop.again(self) }
    }

    private func connectReady(_ readiness: Readiness) {
        guard !readiness.isDisjoint(with: [.writable, .error, .hangUp]) else { return }
        flags.remove(.connecting)
        // A connect that has failed is always reported as an error or a hang-up: else there is none to be asked for.
        let error = readiness.isDisjoint(with: [.error, .hangUp]) ? 0 : clinux_socket_error(fd)
        if error != 0 {
            owner?.socketFailed(self, Errno(error))
            return
        }
        // Bytes may have come with the handshake; their event was this one.
        if !readiness.isDisjoint(with: [.readable, .peerEnded, .hangUp]) { flags.insert(.readReady) }
        if !readiness.isDisjoint(with: [.peerEnded, .hangUp]) { flags.insert(.endSeen) }
        owner?.socketConnected(self)
        if flags.contains(.readReady), !flags.contains(.paused), !flags.contains(.closed) { loop.again(self) }
    }

    private func unblock() {
        flags.remove(.blocked)
        flush()
        if !flags.contains(.blocked), !flags.contains(.closed), failure == nil { owner?.socketDrained(self) }
    }

    // MARK: Reading

    /// Reads once into `memory`, which must not be empty.
    public func read(into memory: UnsafeMutableRawBufferPointer) -> ReadResult {
        guard fd >= 0 else { return .failed(.connectionReset) }
        while true {
            let count = clinux_receive(fd, memory.baseAddress, memory.count)
            if count > 0 {
                // A short read has emptied the socket: the next byte makes a new edge. After an end was reported it has not.
                if count < memory.count, !flags.contains(.endSeen) { flags.remove(.readReady) }
                return .bytes(count)
            }
            if count == 0 {
                flags.remove(.readReady)
                return .ended
            }
            switch Errno.last {
            case .again:
                flags.remove(.readReady)
                return .wouldBlock
            case .interrupted:
                continue
            case let error:
                flags.remove(.readReady)
                return .failed(error)
            }
        }
    }

    /// Stops `socketReadable` until `resumeReading`; what comes meanwhile stays in the kernel.
    public func pauseReading() { flags.insert(.paused) }

    /// Allows `socketReadable` again, and has it called soon when something waits; also for a new owner.
    public func resumeReading() {
        flags.remove(.paused)
        if flags.contains(.readReady), !flags.contains(.closed) { loop.again(self) }
    }

    /// Has `socketReadable` called soon whether or not epoll said so: to learn what a failed write means for reading.
    public func readSoon() {
        flags.insert(.readReady)
        resumeReading()
    }

    // MARK: Writing

    /// Room for at least `count` contiguous bytes (at most `Block.capacity`) at the queue's end; `commit` what was written.
    public func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer { output.reserve(count, buffers) }

    /// `count` bytes were written into what `reserve` returned: they leave with the next flush. With 0 the room is given up.
    public func commit(_ count: Int) {
        guard !isDead else { return output.drop(buffers) }
        guard !isShut else { return }
        output.commit(count, buffers)
        flushSoon()
    }

    /// Sends the bytes, borrowed for the call, behind everything written before. False when no more should be written until
    /// `socketDrained`, or ever; they are taken all the same.
    @discardableResult @inline(__always)
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool { write(bytes, suffix: "") }

    /// Sends the bytes and then `suffix`, as `write` does, in one piece.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer, suffix: StaticString) -> Bool {
        queue(bytes, suffix)
        return flags.isDisjoint(with: [.blocked, .closed, .failed, .shut, .shutWhenDrained])
    }

    private func queue(_ bytes: UnsafeRawBufferPointer, _ suffix: StaticString) {
        guard !bytes.isEmpty, !isDead, !isShut else { return }
        let tail = UnsafeRawBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount)
        if bytes.count <= Self.gatheredBytes || flags.contains(.blocked) {
            output.append(bytes, buffers)
            if !tail.isEmpty { output.append(tail, buffers) }
            if !flags.contains(.blocked) { flushSoon() }
            return
        }
        sendNow(bytes, tail)
    }

    /// Sends a constant, gathered with what surrounds it.
    @discardableResult
    public func write(_ text: StaticString) -> Bool {
        write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Sends what was gathered. The loop does this at the end of each event; more often is harmless.
    public func flush() {
        guard queuedBytes > 0, !flags.contains(.blocked), !isDead else { return finishFlush() }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        sendNow(nothing, nothing)
    }

    func flushFromList() {
        flags.remove(.inFlushList)
        flush()
    }

    /// SHUT: sends FIN once everything written is out. Further writes are dropped.
    public func endWriting() {
        guard !isShut, !isDead else { return }
        flags.insert(.shutWhenDrained)
        if queuedBytes == 0 { finishFlush() }
    }

    var isDead: Bool { !flags.isDisjoint(with: [.closed, .failed, .shut]) }

    private func flushSoon() {
        guard !flags.contains(.inFlushList) else { return }
        flags.insert(.inFlushList)
        loop.flushSoon(self)
    }

    private func finishFlush() {
        if queuedBytes == 0, flags.contains(.shutWhenDrained), !isDead {
            flags.remove(.shutWhenDrained)
            flags.insert(.shut)
            _ = shutdown(fd, CInt(SHUT_WR))
        }
    }

    /// One system call for the queue, `extra` and `tail` behind it; what the kernel refuses of those two is queued.
    private func sendNow(_ extra: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer) {
        var extra = extra
        var tail = tail
        while queuedBytes + extra.count + tail.count > 0 {
            if flags.contains(.isDelayed), sentBytes > 0 { sendAtOnce() }
            let sent = output.send(to: fd, extra, tail)
            if sent < 0 {
                let error = Errno.last
                switch error {
                case .interrupted: continue
                case .again, .noBuffers, .noMemory:
                    output.append(extra, buffers)
                    output.append(tail, buffers)
                    return waitForRoom(after: error)
                default:
                    return fail(error)
                }
            }
            sentBytes &+= UInt64(sent)
            let fromQueue = min(sent, queuedBytes)
            let fromExtra = min(sent - fromQueue, extra.count)
            output.drop(first: fromQueue, buffers)
            extra = UnsafeRawBufferPointer(rebasing: extra[fromExtra...])
            tail = UnsafeRawBufferPointer(rebasing: tail[(sent - fromQueue - fromExtra)...])
            // After a short send the loop asks once more: only a refusal proves that an edge will follow.
        }
        finishFlush()
    }

    override public func timerFired(_ tag: UInt8) {
        if flags.contains(.blocked) { unblock() }
    }

    /// The kernel took nothing: an edge follows when the peer has read, but none when the kernel has memory again.
    func waitForRoom(after error: Errno) {
        if error != .again { _ = loop.schedule(self, afterMs: Self.memoryRetryMs) }
        guard !flags.contains(.blocked) else { return }
        flags.insert(.blocked)
        owner?.socketBlocked(self)
    }

    /// Writing is over for good; the owner hears of it in a later call, never inside its own `write`.
    func fail(_ error: Errno) {
        flags.insert(.failed)
        flags.remove(.blocked)
        failure = error
        output.drop(buffers)
        loop.again(self)
    }

    // MARK: The end

    /// Closes at once; queued output is lost. The owner is let go and hears nothing more.
    public func close() {
        guard !flags.contains(.closed) else { return }
        flags.insert(.closed)
        flags.remove(.blocked)
        output.drop(buffers)
        owner = nil
        loop.unregister(self, fd: fd, closing: true)
        if fd >= 0 { _ = Glibc.close(fd) }
        fd = -1
        budget?.giveBack()
        budget = nil
    }

    override public func loopDisposed() { close() }

    /// Closes with RST, so that the peer cannot take what it has for complete.
    public func reset() {
        guard !flags.contains(.closed) else { return }
        _ = clinux_linger_reset(fd)
        close()
    }

    /// Gives the descriptor up for another loop: unregistered here, unread bytes and all. Nil when output is still queued.
    public func detach() -> OwnedDescriptor? {
        guard !flags.contains(.closed), queuedBytes == 0 else { return nil }
        if flags.contains(.isDelayed) { sendAtOnce() }
        awaitAny()
        flags.insert(.closed)
        owner = nil
        loop.unregister(self, fd: fd, closing: false)
        let raw = fd
        fd = -1
        return OwnedDescriptor(raw)
    }
}
