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
/// change its meaning in between. The owner hears exactly once, never inside `start`, unless it cancels. A dial that is over may
/// be renewed, for whoever dials often and one after another.
public final class NameDial: LoopObject, DialOwner {
    private let connector: Connector
    private let loop: EventLoop
    private let dial: Dial
    private var judge: (any AddressJudge)?
    private var speaksFirst = false
    /// Held until the dial is over: nil says that it is.
    private var owner: (any NameDialOwner)?
    private var resolving: ResolveToken?
    /// The deadline of resolving, or what has failed is to be reported.
    private var timer = LazyTimer()
    private var failure: ConnectFailure?
    private var startedNs: UInt64 = 0
    private var resolvedNs: UInt64 = 0
    /// Addresses are dialled; others may be awaited still.
    private var isDialling = false
    /// The family of the addresses that are dialled while the other's are awaited.
    private var earlyFamily: CInt?
    /// The family that goes first at a host that has both, when nothing is remembered of it; nil at any other.
    private var usualFamily: CInt?

    /// The name or numeric address to connect to.
    public private(set) var host = ""
    /// The TCP port to connect to.
    public private(set) var port: UInt16 = 0
    /// The addresses to connect to, port included, where they are known without a look-up; else empty.
    private var addresses: [SocketAddress] = []
    /// Numeric address of this machine that the connection is made from; nil leaves it to the kernel.
    public private(set) var localAddress: String?
    /// A unix socket that is dialled in place of host and port.
    public private(set) var socketPath: String?
    /// A number of the owner's, to know which dial this is.
    public private(set) var token: UInt64 = 0

    /// Nanoseconds spent on resolving; 0 while that goes on.
    public var resolveNs: UInt64 { resolvedNs > 0 ? resolvedNs - startedNs : 0 }
    /// The address at the other end, asked of the kernel and judged; nil until connected.
    public private(set) var peerAddress: SocketAddress?
    /// Nanoseconds from the first attempt to the connection; meaningful once connected.
    public private(set) var connectNs: UInt64 = 0

    /// A dial that is over before it began: `renew` it.
    public init(_ connector: Connector) {
        self.connector = connector
        loop = connector.loop
        dial = Dial(loop: connector.loop, young: connector.young)
    }

    /// A dial that has not begun: `start` it. The owner is held until it is over.
    ///
    /// What `connector` lets everyone dial, `judge` may still deny to whoever this is for; nil denies nothing. For `speaksFirst`
    /// see `renew`.
    public convenience init(
        connector: Connector, host: String, port: UInt16, localAddress: String? = nil, socketPath: String? = nil,
        speaksFirst: Bool = false, judge: (any AddressJudge)? = nil, owner: any NameDialOwner, token: UInt64 = 0
    ) {
        self.init(connector)
        self.localAddress = localAddress
        self.socketPath = socketPath
        self.token = token
        renew(host: host, port: port, addresses: [], speaksFirst: speaksFirst, judge: judge, owner: owner)
    }

    deinit { dial.discard() }

    /// Makes a dial that is over another one that has not begun.
    ///
    /// `addresses` are the host's, port included, where it is an address itself: it is not read again then. `speaksFirst` says
    /// that bytes are sent at once or soon when the socket is connected. They then go out with the last packet of the
    /// handshake, which waits for them for 10 to 20 ms. A peer that speaks first gets its turn that much later.
    public func renew(
        host: String, port: UInt16, addresses: [SocketAddress], speaksFirst: Bool, judge: (any AddressJudge)?,
        owner: any NameDialOwner
    ) {
        precondition(self.owner == nil, "a dial is under way")
        self.host = host
        self.port = port
        self.addresses = addresses
        self.judge = judge
        self.speaksFirst = speaksFirst
        self.owner = owner
        startedNs = loop.nowNs
        resolvedNs = 0
        isDialling = false
        earlyFamily = nil
        usualFamily = nil
        failure = nil
        peerAddress = nil
        connectNs = 0
    }

    /// Begins. The dial lives until it is over: its timer holds it while the name is resolved, then the `Dial` does.
    public func start() {
        if !addresses.isEmpty { return dial(addresses) }
        if let socketPath { return dial([.unix(path: socketPath)]) }
        if let known = connector.resolver.known(host, nowMs: loop.nowMs) { return resolved(known) }
        let bound = LoopBound(self)
        let loop = self.loop
        let resolution = connector.resolver.resolve(host, on: loop, early: true) { result in
            bound.value(on: loop).resolved(result)
        }
        switch resolution {
        case .ready(let result): resolved(result)
        case .pending(let token):
            resolving = token
            timer.set(loop, owner: self, afterMs: connector.timeoutMs)
        }
    }

    /// Gives up; the owner hears nothing.
    public func cancel() {
        finish()
        dial.cancel()
    }

    /// The dial is over: nothing holds it or is held by it any more. Returns who has to hear of the outcome.
    @discardableResult
    private func finish() -> (any NameDialOwner)? {
        timer.cancel(loop)
        if let resolving { connector.resolver.cancel(resolving) }
        resolving = nil
        let owner = self.owner
        self.owner = nil
        judge = nil
        return owner
    }

    /// Called a second time when the addresses were not complete.
    private func resolved(_ result: Result<ResolvedAddresses, ResolveError>) {
        guard owner != nil else { return }
        switch result {
        case .failure(let error):
            resolving = nil
            guard isDialling else {
                noteResolved()
                return fail(.resolve(error))
            }
            dial.complete(with: [])
        case .success(let resolved):
            if resolved.isComplete { resolving = nil }
            guard isDialling else { return begin(resolved) }
            dial.complete(with: targets(of: resolved).filter { $0.family != earlyFamily })
        }
    }

    private func begin(_ resolved: ResolvedAddresses) {
        let targets = targets(of: resolved)
        guard !targets.isEmpty else {
            // Those that are awaited may be of use.
            guard resolved.isComplete else { return }
            noteResolved()
            let address = resolved.addresses.first?.with(port: port)
            return fail(.dial(DialFailure(errno: .addressNotAvailable, address: address)))
        }
        dial(targets, isComplete: resolved.isComplete)
    }

    /// Dials addresses, of which there is at least one.
    private func dial(_ targets: [SocketAddress], isComplete: Bool = true) {
        noteResolved()
        let usual = targets[0].family
        if targets.count > 1, targets.contains(where: { $0.family != usual }) { usualFamily = usual }
        if !isComplete { earlyFamily = usual }
        let spentMs = (resolvedNs - startedNs) / 1_000_000
        timer.cancel(loop)
        isDialling = true
        dial.start(
            targets, isComplete: isComplete,
            preferring: usualFamily.flatMap { _ in connector.families.family(for: host, nowMs: loop.nowMs) },
            localAddress: local, speaksFirst: speaksFirst,
            timeoutMs: connector.timeoutMs > spentMs ? connector.timeoutMs - spentMs : 1,
            attemptMs: connector.attemptMs, staggerMs: connector.staggerMs, owner: self)
    }

    /// Where the connection is made from, when that is not left to the kernel.
    private var local: SocketAddress? {
        guard let localAddress, socketPath == nil else { return nil }
        return SocketAddress(numeric: localAddress, port: 0)
    }

    /// From a local address nothing of the other family can be reached.
    private func targets(of resolved: ResolvedAddresses) -> [SocketAddress] {
        let all = resolved.addresses.map { $0.with(port: port) }
        guard localAddress != nil else { return all }
        let family = local?.family
        return all.filter { $0.family == family }
    }

    private func noteResolved() { resolvedNs = max(loop.nowNs, startedNs + 1) }

    private func fail(_ failure: ConnectFailure) {
        // By way of the wheel, because start() may be on the stack and its caller not ready yet.
        self.failure = failure
        timer.set(loop, owner: self, afterMs: 0)
    }

    override public func timerFired(_ tag: UInt8) {
        guard timer.fired(loop, owner: self) else { return }
        finish()?.nameDial(self, failed: failure ?? .resolve(.timedOut))
    }

    // MARK: Dial

    public func dial(_ dial: Dial, mayDial address: SocketAddress) -> Bool {
        connector.mayDial(address) && judge?.mayDial(address) ?? true
    }

    public func dial(_ dial: Dial, connected socket: Socket) {
        guard owner != nil else { return socket.close() }
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
        finish()?.nameDial(self, failed: failure)
    }
}
