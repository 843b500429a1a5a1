/// The resolver's memory: the cache, and who waits for which look-up. Pure; the resolver holds it behind its lock.
struct LookupTable<Waiter> {
    typealias Answer = Result<ResolvedAddresses, ResolveError>

    /// What became of a question.
    enum Asked {
        /// Answered here; no waiter was made.
        case known(Answer)
        /// A look-up of this name is under way, and will serve this waiter too. It may know some addresses by now.
        case joined(Waiter, known: ResolvedAddresses?)
        /// The caller must start the look-up, which will serve this waiter.
        case started(Waiter)
    }

    /// Least time for which an answer is kept, so that records with a TTL of 0 do not cost a look-up per connection.
    static var minTTLMs: UInt64 { 1_000 }
    /// A failure that says something of the servers and nothing of the name is kept just long enough that clients who retry
    /// at once do not multiply the load on servers in trouble, and never so long that it outlives the trouble noticeably
    /// (RFC 2308 7 would allow five minutes).
    static var failureTTLMs: UInt64 { 1_000 }

    private struct UnderWay {
        var waiters: ContiguousArray<Waiter> = []
        /// The addresses of the family that was answered for, while the other is awaited.
        var known: ResolvedAddresses?
        /// Has what was found been forgotten since it began?
        var isOutdated = false
    }

    private let maxTTLMs: UInt64
    private let negativeTTLMs: UInt64
    private let maxLookups: Int
    private let cacheEntries: Int
    private var cache: ResolverCache
    private var underWay: [String: UnderWay] = [:]
    private var isClosed = false
    private var counters = ResolverStatistics()

    init(options: ResolverOptions) {
        maxTTLMs = options.maxTTLMs
        negativeTTLMs = options.negativeTTLMs
        maxLookups = options.maxLookups
        cacheEntries = options.cacheEntries
        cache = ResolverCache(capacity: cacheEntries)
    }

    var statistics: ResolverStatistics {
        var all = counters
        all.entries = cache.count
        all.inFlight = underWay.count
        all.evictions = cache.evictions
        return all
    }

    /// The answer for `name`, if nobody has to be asked for it.
    mutating func known(_ name: String, nowMs: UInt64) -> Answer? {
        if isClosed { return .failure(.cancelled) }
        guard let answer = cache.find(name, nowMs: nowMs) else { return nil }
        if case .success = answer { counters.hits += 1 } else { counters.negativeHits += 1 }
        return answer
    }

    /// Someone wants the addresses of `name`, which is canonical. `waiter` is evaluated only if there is something to wait for.
    mutating func ask(_ name: String, waiter: @autoclosure () -> Waiter, nowMs: UInt64) -> Asked {
        if let answer = known(name, nowMs: nowMs) { return .known(answer) }
        if underWay[name] != nil {
            let waiter = waiter()
            underWay[name]?.waiters.append(waiter)
            counters.coalesced += 1
            return .joined(waiter, known: underWay[name]?.known)
        }
        if underWay.count >= maxLookups { return .known(.failure(.overloaded)) }
        let waiter = waiter()
        underWay[name] = UnderWay(waiters: [waiter])
        counters.misses += 1
        return .started(waiter)
    }

    /// A look-up of `name` brought `outcome`: keeps it and returns those to be told.
    ///
    /// What came early is kept for as long as the look-up goes on, and those who are told go on waiting. May be called again for
    /// an answer that came after the look-up's budget: that is worth keeping, and serves those who have asked since.
    mutating func learn(_ name: String, _ outcome: LookupOutcome, nowMs: UInt64) -> ContiguousArray<Waiter> {
        if outcome.isEarly, case .success(let found) = outcome.result {
            underWay[name]?.known = found
            return underWay[name]?.waiters ?? []
        }
        let ended = underWay.removeValue(forKey: name)
        let waiters = ended?.waiters
        guard !isClosed else { return [] }
        if let ended, ended.isOutdated { return ended.waiters }
        switch outcome.result {
        case .success(let found):
            let ttlMs = min(max(outcome.ttlMs, Self.minTTLMs), maxTTLMs)
            let answer = ResolvedAddresses(addresses: found.addresses, source: .cache)
            cache.keep(name, .success(answer), untilMs: nowMs &+ ttlMs, nowMs: nowMs)
        case .failure(let error):
            if waiters != nil {
                counters.failures += 1
                if error == .timedOut { counters.timeouts += 1 }
            }
            cache.keep(name, .failure(error), untilMs: nowMs &+ ttlMs(of: error), nowMs: nowMs)
        }
        return waiters ?? []
    }

    /// Forgets what was found. Look-ups that are under way go on for those who wait, and are not kept.
    mutating func forget() {
        cache = ResolverCache(capacity: cacheEntries)
        for name in underWay.keys { underWay[name]?.isOutdated = true }
    }

    /// Ends everything: returns all who wait.
    mutating func close() -> [Waiter] {
        isClosed = true
        let all = underWay.values.flatMap(\.waiters)
        underWay.removeAll()
        cache = ResolverCache(capacity: 0)
        return all
    }

    private func ttlMs(of error: ResolveError) -> UInt64 {
        switch error {
        case .notFound, .noAddress: negativeTTLMs
        case .serverFailure, .refused, .unreachable, .timedOut, .badAnswer: min(Self.failureTTLMs, negativeTTLMs)
        case .badName, .cancelled, .overloaded, .noResources: 0
        }
    }
}
