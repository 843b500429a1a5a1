/// Who waits for a `NameDial`.
public protocol NameDialOwner: AnyObject {
    /// Connected: the socket is the owner's now and has no owner of its own yet.
    func nameDial(_ dial: NameDial, connected socket: Socket)
    /// The name has no address that may be dialled, none could be connected to, or the deadline passed.
    func nameDial(_ dial: NameDial, failed failure: ConnectFailure)
}

/// Connects to a host name and port: resolves, and dials those of the addresses that may be dialled.
///
/// Each address is judged right before it is dialled, and the other end of the socket once it is connected, so a name cannot
/// change its meaning in between. The owner hears
/// exactly once, never inside `start`, unless it cancels.
public final class NameDial: LoopObject, DialOwner {
    private enum Timer {
        static let deadline: UInt8 = 0
        static let report: UInt8 = 1
    }

    private let connector: Connector
    private let judge: (any AddressJudge)?
    private var loop: EventLoop { connector.loop }
    /// Held until the dial is over.
    private var owner: (any NameDialOwner)?
    private var resolving: ResolveToken?
    private var dial: Dial?
    private var timer = EngineTimerID.none
    private var failure: ConnectFailure?
    private var isOver = false
    private let startedNs: UInt64
    private var resolvedNs: UInt64 = 0
    /// The family of the addresses that are dialled while the other's are awaited.
    private var earlyFamily: CInt?
    /// The family that goes first at a host that has both, when nothing is remembered of it; nil at any other.
    private var usualFamily: CInt?

    /// The name or numeric address to connect to.
    public let host: String
    /// The TCP port to connect to.
    public let port: UInt16
    /// Numeric address of this machine that the connection is made from; nil leaves it to the kernel.
    public let localAddress: String?
    /// A unix socket that is dialled in place of host and port.
    public let socketPath: String?
    /// A number of the owner's, to know which dial this is.
    public let token: UInt64

    /// Nanoseconds spent on resolving; 0 while that goes on.
    public var resolveNs: UInt64 { resolvedNs > 0 ? resolvedNs - startedNs : 0 }
    /// The address at the other end, asked of the kernel and judged; nil until connected.
    public private(set) var peerAddress: SocketAddress?
    /// Nanoseconds from the first attempt to the connection; meaningful once connected.
    public private(set) var connectNs: UInt64 = 0

    /// A dial that has not begun: `start` it. The owner is held until it is over.
    ///
    /// What `connector` lets everyone dial, `judge` may still deny to whoever this is for; nil denies nothing.
    public init(
        connector: Connector, host: String, port: UInt16, localAddress: String? = nil, socketPath: String? = nil,
        judge: (any AddressJudge)? = nil, owner: any NameDialOwner, token: UInt64 = 0
    ) {
        self.connector = connector
        self.host = host
        self.port = port
        self.localAddress = localAddress
        self.socketPath = socketPath
        self.judge = judge
        self.owner = owner
        self.token = token
        startedNs = connector.loop.nowNs
    }

    /// Begins. The dial lives until it is over: its timer holds it while the name is resolved, then the `Dial` does.
    public func start() {
        timer = loop.schedule(self, tag: Timer.deadline, afterMs: connector.timeoutMs)
        if let socketPath {
            return resolved(.success(ResolvedAddresses(addresses: [.unix(path: socketPath)], source: .local)))
        }
        let bound = LoopBound(self)
        let loop = self.loop
        let resolution = connector.resolver.resolve(host, on: loop, early: true) { result in
            bound.value(on: loop).resolved(result)
        }
        switch resolution {
        case .ready(let result): resolved(result)
        case .pending(let token): resolving = token
        }
    }

    /// Gives up; the owner hears nothing.
    public func cancel() {
        finish()
        dial?.cancel()
        dial = nil
    }

    /// The dial is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    @discardableResult
    private func finish() -> (any NameDialOwner)? {
        isOver = true
        loop.cancel(&timer)
        if let resolving { connector.resolver.cancel(resolving) }
        resolving = nil
        let owner = self.owner
        self.owner = nil
        return owner
    }

    /// Called a second time when the addresses were not complete.
    private func resolved(_ result: Result<ResolvedAddresses, ResolveError>) {
        guard !isOver else { return }
        switch result {
        case .failure(let error):
            resolving = nil
            guard let dial else {
                noteResolved()
                return fail(.resolve(error))
            }
            dial.complete(with: [])
        case .success(let resolved):
            if resolved.isComplete { resolving = nil }
            guard let dial else { return begin(resolved) }
            dial.complete(with: targets(of: resolved).filter { $0.family != earlyFamily })
        }
    }

    private func begin(_ resolved: ResolvedAddresses) {
        let targets = targets(of: resolved)
        guard let usual = targets.first?.family else {
            // Those that are awaited may be of use.
            guard resolved.isComplete else { return }
            noteResolved()
            let address = resolved.addresses.first?.with(port: port)
            return fail(.dial(DialFailure(errno: .addressNotAvailable, address: address)))
        }
        noteResolved()
        if targets.contains(where: { $0.family != usual }) { usualFamily = usual }
        if !resolved.isComplete { earlyFamily = usual }
        let spentMs = (resolvedNs - startedNs) / 1_000_000
        let dial = Dial(
            loop: loop, addresses: targets, isComplete: resolved.isComplete,
            preferring: usualFamily.flatMap { _ in connector.families.family(for: host, nowMs: loop.nowMs) },
            localAddress: local, young: connector.young,
            timeoutMs: connector.timeoutMs > spentMs ? connector.timeoutMs - spentMs : 1,
            attemptMs: connector.attemptMs, staggerMs: connector.staggerMs, owner: self)
        self.dial = dial
        loop.cancel(&timer)
        dial.start()
    }

    /// Where the connection is made from, when that is not left to the kernel.
    private var local: SocketAddress? {
        guard let localAddress, socketPath == nil else { return nil }
        return SocketAddress(numeric: localAddress, port: 0)
    }

    /// From a local address nothing of the other family can be reached.
    private func targets(of resolved: ResolvedAddresses) -> [SocketAddress] {
        let all = resolved.addresses.map { $0.with(port: port) }
        guard localAddress != nil, socketPath == nil else { return all }
        let family = local?.family
        return all.filter { $0.family == family }
    }

    private func noteResolved() { resolvedNs = max(loop.nowNs, startedNs + 1) }

    private func fail(_ failure: ConnectFailure) {
        // By way of the wheel, because start() may be on the stack and its caller not ready yet.
        self.failure = failure
        loop.cancel(&timer)
        timer = loop.schedule(self, tag: Timer.report, afterMs: 0)
    }

    override public func timerFired(_ tag: UInt8) {
        guard !isOver else { return }
        timer = .none
        let failure = tag == Timer.report ? self.failure : .resolve(.timedOut)
        let owner = finish()
        if let failure { owner?.nameDial(self, failed: failure) }
    }

    // MARK: Dial

    public func dial(_ dial: Dial, mayDial address: SocketAddress) -> Bool {
        connector.mayDial(address) && judge?.mayDial(address) ?? true
    }

    public func dial(_ dial: Dial, connected socket: Socket) {
        self.dial = nil
        guard !isOver else { return socket.close() }
        peerAddress = dial.address?.whereItLeads
        if let usualFamily, let winner = peerAddress?.family {
            connector.families.won(winner, at: host, usual: usualFamily, nowMs: loop.nowMs)
        }
        // The moment of resolving may lie a nanosecond ahead of a clock that has not moved since.
        connectNs = max(loop.nowNs, resolvedNs) - resolvedNs
        guard let owner = finish() else { return socket.close() }
        owner.nameDial(self, connected: socket)
    }

    public func dial(_ dial: Dial, failed failure: ConnectFailure) {
        self.dial = nil
        guard !isOver else { return }
        finish()?.nameDial(self, failed: failure)
    }
}
