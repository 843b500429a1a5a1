/// The resolver's memory: the cache, and who waits for which look-up. Pure; the resolver holds it behind its lock.
struct LookupTable<Waiter> {
    typealias Answer = Result<ResolvedAddresses, ResolveError>

    /// What became of a question.
    enum Asked {
        /// Answered here; no waiter was made.
        case known(Answer)
        /// A look-up of this name is under way, and will serve this waiter too.
        case joined(Waiter)
        /// The caller must start the look-up, which will serve this waiter.
        case started(Waiter)
    }

    /// Least time for which an answer is kept, so that records with a TTL of 0 do not cost a look-up per connection.
    static var minTTLMs: UInt64 { 1_000 }
    /// A failure that says something of the servers and nothing of the name is kept just long enough that clients who retry
    /// at once do not multiply the load on servers in trouble, and never so long that it outlives the trouble noticeably
    /// (RFC 2308 7 would allow five minutes).
    static var failureTTLMs: UInt64 { 1_000 }

    private let maxTTLMs: UInt64
    private let negativeTTLMs: UInt64
    private let maxLookups: Int
    private var cache: ResolverCache
    private var waiting: [String: ContiguousArray<Waiter>] = [:]
    private var isClosed = false
    private var counters = ResolverStatistics()

    init(options: ResolverOptions) {
        maxTTLMs = options.maxTTLMs
        negativeTTLMs = options.negativeTTLMs
        maxLookups = options.maxLookups
        cache = ResolverCache(capacity: options.cacheEntries)
    }

    var statistics: ResolverStatistics {
        var all = counters
        all.entries = cache.count
        all.inFlight = waiting.count
        all.evictions = cache.evictions
        return all
    }

    /// Someone wants the addresses of `name`, which is canonical. `waiter` is evaluated only if there is something to wait for.
    mutating func ask(_ name: String, waiter: @autoclosure () -> Waiter, nowMs: UInt64) -> Asked {
        if isClosed { return .known(.failure(.cancelled)) }
        if let answer = cache.find(name, nowMs: nowMs) {
            if case .success = answer { counters.hits += 1 } else { counters.negativeHits += 1 }
            return .known(answer)
        }
        let isUnderWay = waiting[name] != nil
        if !isUnderWay, waiting.count >= maxLookups { return .known(.failure(.overloaded)) }
        let waiter = waiter()
        waiting[name, default: []].append(waiter)
        if isUnderWay {
            counters.coalesced += 1
            return .joined(waiter)
        }
        counters.misses += 1
        return .started(waiter)
    }

    /// A look-up of `name` brought `outcome`: keeps it and returns those to be told.
    ///
    /// May be called again for an answer that came after the look-up's budget: that is worth keeping, and serves those who
    /// have asked since.
    mutating func finish(_ name: String, _ outcome: LookupOutcome, nowMs: UInt64) -> ContiguousArray<Waiter> {
        let waiters = waiting.removeValue(forKey: name)
        guard !isClosed else { return [] }
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

    /// Ends everything: returns all who wait.
    mutating func close() -> [Waiter] {
        isClosed = true
        let all = waiting.values.flatMap { $0 }
        waiting.removeAll()
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
