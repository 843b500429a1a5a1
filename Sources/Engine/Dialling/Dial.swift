import CLinux
import Glibc

/// Connects to the first of several addresses that answers, within one deadline over all of them: the shell around
/// `HappyEyeballs`, which says what is dialled when.
///
/// Only what the owner lets pass is dialled, and a socket whose other end is not the address dialled is not handed out. Attempts
/// that are overtaken are closed. The owner hears of the end exactly once, never inside `start`, unless it cancels. A dial that
/// is over may be started again.
public final class Dial: LoopObject, SocketOwner {
    private let loop: EventLoop
    private let young: YoungSockets
    private var addresses: [SocketAddress] = []
    private var localAddress: SocketAddress?
    private var speaksFirst = false
    private var machine = HappyEyeballs([], limits: .init(staggerMs: 0, attemptMs: 0, deadlineMs: 0))
    /// By the machine's places.
    private var sockets = InlineArray<4, Socket?>(repeating: nil)
    /// Held until the dial is over: nil says that it is.
    private var owner: (any DialOwner)?
    private var timer = LazyTimer()
    /// What the owner is to hear as soon as `start` has returned.
    private var failure: ConnectFailure?

    /// The address that the socket handed out was dialled by.
    public private(set) var address: SocketAddress?

    /// A dial that has not begun. Its sockets are the business of `young` once they are open.
    init(loop: EventLoop, young: YoungSockets) {
        self.loop = loop
        self.young = young
    }

    /// Begins, when no other is under way. The dial keeps itself alive (through its timer) until it is over.
    ///
    /// `timeoutMs` is for all addresses together, `attemptMs` for one while others remain; both count from here. `staggerMs`
    /// lies between the beginnings of two attempts. Addresses of the family `preferring` go first, or those of the first one's.
    /// Without `localAddress` the kernel chooses where the connection is made from. `speaksFirst` says that the owner will send
    /// bytes at once or soon: the last packet of the handshake goes out with them, or alone when they take too long. Unless the addresses are complete,
    /// `complete` brings the others.
    func start(
        _ addresses: [SocketAddress], isComplete: Bool = true, preferring family: CInt? = nil,
        localAddress: SocketAddress? = nil, speaksFirst: Bool = false, timeoutMs: UInt64, attemptMs: UInt64,
        staggerMs: UInt64 = 250, owner: any DialOwner
    ) {
        precondition(self.owner == nil, "a dial is under way")
        self.addresses = addresses
        self.localAddress = localAddress
        self.speaksFirst = speaksFirst
        machine = HappyEyeballs(
            addresses, isComplete: isComplete, preferring: family,
            limits: .init(staggerMs: staggerMs, attemptMs: attemptMs, deadlineMs: loop.nowMs &+ timeoutMs))
        failure = nil
        address = nil
        self.owner = owner
        run()
    }

    /// These addresses were awaited, and no others are. Once, for a dial that was started without them.
    func complete(with late: [SocketAddress]) {
        guard owner != nil else { return }
        addresses += late
        machine.complete(with: late)
        if failure == nil { run() }
    }

    /// Gives up; the owner hears nothing.
    public func cancel() { finish() }

    /// The dial will not be started again: the loop lets go of it. A timer that ran out in vain would hold it until then.
    func discard() { timer.cancel(loop) }

    // MARK: Steps

    private func run() {
        while true {
            switch machine.next(nowMs: loop.nowMs) {
            case .attempt(let index): attempt(addresses[index])
            case .giveUp(let place): close(place)
            case .wait(let untilMs): return wait(untilMs)
            case .failed(let failure):
                self.failure = failure
                closeAll()
                // Not inside start(): the owner may still be setting itself up.
                return timer.set(loop, owner: self, afterMs: 0)
            }
        }
    }

    private func attempt(_ target: SocketAddress) {
        guard mayDial(target) else { return machine.denied() }
        do throws(Errno) {
            let socket = try connect(to: target)
            sockets[machine.started(nowMs: loop.nowMs)] = socket
        } catch { machine.refused(error) }
    }

    /// An address that means another is judged as both.
    private func mayDial(_ target: SocketAddress) -> Bool {
        guard let owner, owner.dial(self, mayDial: target) else { return false }
        let final = target.whereItLeads
        return final == target || owner.dial(self, mayDial: final)
    }

    private func connect(to target: SocketAddress) throws(Errno) -> Socket {
        if case .unix(let path) = target, path.utf8.count > SocketAddress.maxUnixPathBytes { throw .nameTooLong }
        let raw = clinux_stream_socket(target.family)
        guard raw >= 0 else { throw Errno.last }
        let descriptor = OwnedDescriptor(raw)
        if let localAddress, localAddress.family == target.family {
            // The port is chosen by connect, which knows the other end: so many connections to different ones share a port.
            _ = clinux_bind_without_port(raw)
            guard localAddress.withRaw({ bind(raw, $0, $1) }) == 0 else { throw Errno.last }
        }
        young.tcp.prepare(raw, for: target.whereItLeads)
        // A packet less, and the origin is woken once for both; a family of sockets that does not know it refuses.
        if speaksFirst { _ = clinux_quick_ack(raw, 0) }
        if target.whereItLeads.withRaw({ Glibc.connect(raw, $0, $1) }) != 0, Errno.last != .inProgress {
            throw Errno.last
        }
        let socket = try Socket(loop: loop, descriptor: descriptor, connecting: true)
        socket.owner = self
        if target.family != AF_UNIX {
            socket.startDelayed()
            young.lasting.add(socket)
        }
        return socket
    }

    private func wait(_ untilMs: UInt64) {
        timer.set(loop, owner: self, afterMs: untilMs - min(untilMs, loop.nowMs))
    }

    private func close(_ place: Int) {
        sockets[place]?.close()
        sockets[place] = nil
    }

    private func closeAll() {
        for place in sockets.indices where sockets[place] != nil { close(place) }
    }

    /// The dial is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    @discardableResult
    private func finish() -> (any DialOwner)? {
        timer.clear()
        closeAll()
        let owner = self.owner
        self.owner = nil
        return owner
    }

    // MARK: Events

    override public func timerFired(_ tag: UInt8) {
        guard timer.fired(loop, owner: self), owner != nil else { return }
        guard let failure else { return run() }
        finish()?.dial(self, failed: failure)
    }

    private func place(of socket: Socket) -> Int? { sockets.indices.first { sockets[$0] === socket } }

    public func socketConnected(_ socket: Socket) {
        guard owner != nil, let place = place(of: socket) else { return socket.close() }
        // Reset since, when there is none.
        guard let peer = socket.peerAddress else { return socketFailed(socket, .connectionReset) }
        let target = addresses[machine.address(at: place)]
        let dialled = target.whereItLeads
        guard peer.isSameEnd(as: dialled) else {
            finish()?.dial(self, failed: .peerDiffers(dialled: dialled, peer: peer))
            return
        }
        // Where nobody listens on a port that the kernel then chooses for this end, a socket connects to itself. Only within a
        // machine, and hardly ever but on loopback: others are not asked.
        if peer.family != AF_UNIX, peer.isLoopback, socket.localAddress == peer {
            return socketFailed(socket, .connectionRefused)
        }
        guard let owner, owner.dial(self, mayDial: dialled) else {
            finish()?.dial(self, failed: .denied(dialled))
            return
        }
        sockets[place] = nil
        socket.owner = nil
        address = target
        if speaksFirst { young.silent.add(socket) }
        finish()
        owner.dial(self, connected: socket)
    }

    public func socketFailed(_ socket: Socket, _ error: Errno) {
        guard owner != nil, let place = place(of: socket) else { return socket.close() }
        close(place)
        machine.failed(place, error)
        run()
    }

    public func socketReadable(_ socket: Socket) {}
    public func socketBlocked(_ socket: Socket) {}
    public func socketDrained(_ socket: Socket) {}
}
