import CLinux
import Glibc

/// Connects to the first of several addresses that answers, within one deadline over all of them: the shell around
/// `HappyEyeballs`, which says what is dialled when.
///
/// Only what the owner lets pass is dialled, and a socket whose other end is not the address dialled is not handed out. Attempts
/// that are overtaken are closed. The owner hears of the end exactly once, never inside `start`, unless it cancels.
public final class Dial: LoopObject, SocketOwner {
    private enum Timer {
        static let step: UInt8 = 0
        static let report: UInt8 = 1
    }

    private let loop: EventLoop
    private var addresses: [SocketAddress]
    private let localAddress: SocketAddress?
    private let young: YoungSockets
    private var machine: HappyEyeballs
    /// By the machine's places.
    private var sockets = InlineArray<4, Socket?>(repeating: nil)
    /// Held until the dial is over.
    private var owner: (any DialOwner)?
    private var timer = EngineTimerID.none
    private var timerMs: UInt64 = 0
    private var failure: ConnectFailure?
    private var isOver = false

    /// A number of the owner's, to know which dial this is.
    public let token: UInt64
    /// The address that the socket handed out was dialled by.
    public private(set) var address: SocketAddress?

    /// A dial that has not begun: `start` it. `timeoutMs` is for all addresses together, `attemptMs` for one while others remain;
    /// both count from here. `staggerMs` lies between the beginnings of two attempts. Addresses of the family `preferring` go
    /// first, or those of the first one's. Without `localAddress` the kernel chooses where the connection is made from. Unless the
    /// addresses are complete, `complete` brings the others.
    init(
        loop: EventLoop, addresses: [SocketAddress], isComplete: Bool = true, preferring family: CInt? = nil,
        localAddress: SocketAddress? = nil,
        young: YoungSockets, timeoutMs: UInt64, attemptMs: UInt64, staggerMs: UInt64 = 250, owner: any DialOwner,
        token: UInt64 = 0
    ) {
        self.loop = loop
        self.addresses = addresses
        self.localAddress = localAddress
        self.young = young
        machine = HappyEyeballs(
            addresses, isComplete: isComplete, preferring: family,
            limits: .init(staggerMs: staggerMs, attemptMs: attemptMs, deadlineMs: loop.nowMs &+ timeoutMs))
        self.owner = owner
        self.token = token
    }

    /// Begins. The dial keeps itself alive (through its timer) until it is over.
    public func start() { run() }

    /// These addresses were awaited, and no others are. Once, for a dial that was made without them.
    public func complete(with late: [SocketAddress]) {
        guard !isOver else { return }
        addresses += late
        machine.complete(with: late)
        if failure == nil { run() }
    }

    /// Gives up; the owner hears nothing.
    public func cancel() { finish() }

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
                loop.cancel(&timer)
                timer = loop.schedule(self, tag: Timer.report, afterMs: 0)
                return
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
        if target.whereItLeads.withRaw({ Glibc.connect(raw, $0, $1) }) != 0, Errno.last != .inProgress {
            throw Errno.last
        }
        let socket = try Socket(loop: loop, descriptor: descriptor, connecting: true)
        socket.owner = self
        if target.family != AF_UNIX {
            socket.startDelayed()
            young.add(socket)
        }
        return socket
    }

    private func wait(_ untilMs: UInt64) {
        if !timer.isNone, timerMs == untilMs { return }
        loop.cancel(&timer)
        timerMs = untilMs
        timer = loop.schedule(self, tag: Timer.step, afterMs: untilMs - min(untilMs, loop.nowMs))
    }

    private func close(_ place: Int) {
        sockets[place]?.close()
        sockets[place] = nil
    }

    private func closeAll() {
        for place in sockets.indices { close(place) }
    }

    /// The dial is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    @discardableResult
    private func finish() -> (any DialOwner)? {
        isOver = true
        loop.cancel(&timer)
        closeAll()
        let owner = self.owner
        self.owner = nil
        return owner
    }

    // MARK: Events

    override public func timerFired(_ tag: UInt8) {
        guard !isOver else { return }
        timer = .none
        guard tag == Timer.report, let failure else { return run() }
        finish()?.dial(self, failed: failure)
    }

    private func place(of socket: Socket) -> Int? { sockets.indices.first { sockets[$0] === socket } }

    public func socketConnected(_ socket: Socket) {
        guard !isOver, let place = place(of: socket) else { return socket.close() }
        // Reset since, when there is none.
        guard let peer = socket.peerAddress else { return socketFailed(socket, .connectionReset) }
        let target = addresses[machine.address(at: place)]
        let dialled = target.whereItLeads
        guard peer.isSameEnd(as: dialled) else {
            finish()?.dial(self, failed: .peerDiffers(dialled: dialled, peer: peer))
            return
        }
        guard let owner, owner.dial(self, mayDial: dialled) else {
            finish()?.dial(self, failed: .denied(dialled))
            return
        }
        sockets[place] = nil
        socket.owner = nil
        address = target
        finish()
        owner.dial(self, connected: socket)
    }

    public func socketFailed(_ socket: Socket, _ error: Errno) {
        guard !isOver, let place = place(of: socket) else { return socket.close() }
        close(place)
        machine.failed(place, error)
        run()
    }

    public func socketReadable(_ socket: Socket) {}
    public func socketBlocked(_ socket: Socket) {}
    public func socketDrained(_ socket: Socket) {}
}
