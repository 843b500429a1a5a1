import Synchronization

/// Names to addresses for all loops of a process: one cache, one look-up per name at a time.
///
/// Any loop may ask. What the cache knows is answered at once under a short lock; everything else is looked up on the
/// resolver's own loop and comes back by the asking loop's mailbox.
public final class Resolver: Sendable {
    /// What the resolver was made with.
    public let options: ResolverOptions

    private let loop: EventLoop
    private let table: Mutex<LookupTable<ResolveWaiter>>
    private let source: LookupSource

    /// Might search domains be appended to a name without a root dot? Then the dot makes a difference.
    public var mayAppendDomains: Bool { source.mayAppendDomains }

    /// Makes a resolver whose look-ups run on `loop`, which need not run yet.
    ///
    /// Throws `.noResources`, or `.badName` when a server in the options has no IP address.
    public init(options: ResolverOptions = ResolverOptions(), loop: EventLoop) throws(ResolveError) {
        self.options = options
        self.loop = loop
        source = try LookupSource(options: options, loop: loop)
        table = Mutex(LookupTable(options: options))
    }

    /// What `resolve` would answer at once; nil when it would have to wait, or the name is none.
    func known(_ name: String, nowMs: UInt64) -> Result<ResolvedAddresses, ResolveError>? {
        if let address = SocketAddress(numericHost: name) {
            return .success(ResolvedAddresses(addresses: [address], source: .numeric))
        }
        guard let host = HostName(name, keepingRootDot: source.mayAppendDomains) else { return nil }
        return table.withLock { $0.known(host.text, nowMs: nowMs) }
    }

    /// The addresses of `name`: a host name without port or brackets, or a numeric address.
    ///
    /// To be called on `loop`. The answer is in the returned value when it is known already; else `completion` is called
    /// later on `loop`, and never from within this call: once, or with `early` perhaps once before, with the addresses of one
    /// family while those of the other are late (`ResolvedAddresses.isComplete`; RFC 8305 3).
    public func resolve(
        _ name: String, on loop: EventLoop, early: Bool = false,
        completion: @escaping @Sendable (Result<ResolvedAddresses, ResolveError>) -> Void
    ) -> Resolution {
        if let address = SocketAddress(numericHost: name) {
            return .ready(.success(ResolvedAddresses(addresses: [address], source: .numeric)))
        }
        guard let host = HostName(name, keepingRootDot: source.mayAppendDomains) else {
            return .ready(.failure(.badName))
        }
        let asked = table.withLock {
            $0.ask(
                host.text, waiter: ResolveWaiter(loop: loop, early: early, completion: completion), nowMs: loop.nowMs)
        }
        switch asked {
        case .known(let result):
            return .ready(result)
        case .joined(let waiter, let known):
            if let known { waiter.deliver(.success(known)) }
            return .pending(ResolveToken(waiter: waiter))
        case .started(let waiter):
            self.loop.post { self.lookUp(host) }
            return .pending(ResolveToken(waiter: waiter))
        }
    }

    /// The caller no longer wants the answer: its completion will not be called. To be called on the asking loop.
    ///
    /// The look-up goes on: others may wait for it, and its answer is worth keeping.
    public func cancel(_ token: ResolveToken) {
        token.waiter.cancel()
    }

    /// Forgets what was found: what `ResolverOptions.maySearch` says has changed. May be called from any thread.
    public func forget() {
        if mayAppendDomains { table.withLock { $0.forget() } }
    }

    /// A snapshot. May be called from any thread.
    public var statistics: ResolverStatistics {
        table.withLock { $0.statistics }
    }

    /// Ends the resolver: all who wait get `.cancelled`, as does everyone who asks from now on.
    ///
    /// May be called from any thread, more than once. Sockets are closed on the resolver's loop, which must run for one more
    /// turn.
    public func shutdown() {
        for waiter in table.withLock({ $0.close() }) { waiter.deliver(.failure(.cancelled)) }
        loop.post { self.source.close() }
    }

    private func lookUp(_ host: HostName) {
        source.lookUp(host) { [self] outcome in
            let result = outcome.result
            for waiter in table.withLock({ $0.learn(host.text, outcome, nowMs: loop.nowMs) }) {
                waiter.deliver(result)
            }
        }
    }
}
