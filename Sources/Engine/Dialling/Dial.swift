import CLinux
import Glibc

/// Who waits for a dial.
public protocol DialOwner: AnyObject {
    /// May this address be dialled? Asked right before, and once more for the address of the socket that is connected.
    func dial(_ dial: Dial, mayDial address: SocketAddress) -> Bool
    /// Connected: the socket is the owner's now and has no owner of its own yet.
    func dial(_ dial: Dial, connected socket: Socket)
    /// Every address failed or was denied, the deadline passed, or the connection leads elsewhere. Never `.resolve`.
    func dial(_ dial: Dial, failed failure: ConnectFailure)
}

/// Connects to the first of several addresses that answers, within one deadline over all of them.
///
/// Addresses are tried in the given order; while more remain, an attempt is given up after `attemptMs`. Only what the owner
/// lets pass is dialled, and a socket whose other end is not the address dialled is not handed out. The owner hears of the end
/// exactly once, never inside `start`, unless it cancels.
public final class Dial: LoopObject, SocketOwner {
    private let loop: EventLoop
    private let addresses: [SocketAddress]
    private let localAddress: SocketAddress?
    private let tcp: TCPOptions
    private let attemptMs: UInt64
    private let deadlineMs: UInt64
    /// Held until the dial is over.
    private var owner: (any DialOwner)?
    private var nextIndex = 0
    private var socket: Socket?
    private var timer = EngineTimerID.none
    private var worst: DialFailure?
    private var denied: SocketAddress?
    private var isOver = false

    /// A number of the owner's, to know which dial this is.
    public let token: UInt64
    /// The address of the attempt under way, or of the connection made: as it was given.
    public var address: SocketAddress? { nextIndex > 0 ? addresses[nextIndex - 1] : nil }

    /// A dial that has not begun: `start` it. `timeoutMs` is for all addresses together, `attemptMs` for one while others remain;
    /// both count from here. Without `localAddress` the kernel chooses where the connection is made from.
    public init(
        loop: EventLoop, addresses: [SocketAddress], localAddress: SocketAddress? = nil, tcp: TCPOptions,
        timeoutMs: UInt64, attemptMs: UInt64, owner: any DialOwner, token: UInt64 = 0
    ) {
        self.loop = loop
        self.addresses = addresses
        self.localAddress = localAddress
        self.tcp = tcp
        self.attemptMs = attemptMs
        deadlineMs = loop.nowMs &+ timeoutMs
        self.owner = owner
        self.token = token
    }

    /// Begins. The dial keeps itself alive (through its timer) until it is over.
    public func start() { attempt() }

    /// Gives up; the owner hears nothing.
    public func cancel() {
        finish()
        socket?.close()
        socket = nil
    }

    private func attempt() {
        while nextIndex < addresses.count {
            guard loop.nowMs < deadlineMs else { break }
            let target = addresses[nextIndex]
            nextIndex += 1
            guard mayDial(target) else { continue }
            do {
                socket = try connect(to: target)
                let left = deadlineMs - loop.nowMs
                let limit = nextIndex < addresses.count ? min(attemptMs, left) : left
                timer = loop.schedule(self, afterMs: limit)
                return
            } catch {
                note(error, target)
            }
        }
        // Not inside start(): the owner may still be setting itself up.
        timer = loop.schedule(self, tag: 1, afterMs: 0)
    }

    private func connect(to target: SocketAddress) throws(Errno) -> Socket {
        if case .unix(let path) = target, path.utf8.count > SocketAddress.maxUnixPathBytes { throw .nameTooLong }
        let raw = clinux_stream_socket(target.family)
        guard raw >= 0 else { throw Errno.last }
        let descriptor = OwnedDescriptor(raw)
        if target.family != AF_UNIX { tcp.apply(to: raw) }
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
        return socket
    }

    /// An address that means another is judged as both.
    private func mayDial(_ target: SocketAddress) -> Bool {
        guard let owner else { return false }
        let final = target.whereItLeads
        if owner.dial(self, mayDial: target), final == target || owner.dial(self, mayDial: final) { return true }
        if denied == nil { denied = target }
        return false
    }

    private func note(_ error: Errno, _ address: SocketAddress) {
        if let worst, DialFailure.weight(of: worst.errno) >= DialFailure.weight(of: error) { return }
        worst = DialFailure(errno: error, address: address)
    }

    /// The dial is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    @discardableResult
    private func finish() -> (any DialOwner)? {
        isOver = true
        loop.cancel(&timer)
        let owner = self.owner
        self.owner = nil
        return owner
    }

    private func fail() {
        if worst == nil, let denied { return fail(.denied(denied)) }
        fail(.dial(worst ?? DialFailure(errno: .timedOut, address: nil)))
    }

    private func fail(_ failure: ConnectFailure) { finish()?.dial(self, failed: failure) }

    // MARK: Events

    override public func timerFired(_ tag: UInt8) {
        guard !isOver else { return }
        timer = .none
        if let socket, let address {
            socket.close()
            self.socket = nil
            note(.timedOut, address)
            return attempt()
        }
        if tag == 1 { fail() }
    }

    public func socketConnected(_ socket: Socket) {
        guard !isOver, let address else { return socket.close() }
        // Reset since, when there is none.
        guard let peer = socket.peerAddress else { return socketFailed(socket, .connectionReset) }
        self.socket = nil
        socket.owner = nil
        let dialled = address.whereItLeads
        guard peer.isSameEnd(as: dialled) else {
            socket.close()
            return fail(.peerDiffers(dialled: dialled, peer: peer))
        }
        guard let owner, owner.dial(self, mayDial: dialled) else {
            socket.close()
            return fail(.denied(dialled))
        }
        finish()
        owner.dial(self, connected: socket)
    }

    public func socketFailed(_ socket: Socket, _ error: Errno) {
        guard !isOver, let address else { return }
        socket.close()
        self.socket = nil
        loop.cancel(&timer)
        note(error, address)
        attempt()
    }

    public func socketReadable(_ socket: Socket) {}
    public func socketBlocked(_ socket: Socket) {}
    public func socketDrained(_ socket: Socket) {}
}
