/// What one look-up brought: the end of it, or, with addresses that are not complete, what is known so far.
struct LookupOutcome: Equatable {
    let result: Result<ResolvedAddresses, ResolveError>
    /// The smallest TTL among the records that led to the addresses; 0 for a failure.
    let ttlMs: UInt64

    static func failure(_ error: ResolveError) -> LookupOutcome { LookupOutcome(result: .failure(error), ttlMs: 0) }

    /// Empty after a failure.
    var addresses: [SocketAddress] {
        if case .success(let found) = result { found.addresses } else { [] }
    }

    var error: ResolveError? {
        if case .failure(let error) = result { error } else { nil }
    }

    var isSuccess: Bool { error == nil }

    /// Are there addresses, to which more may be added?
    var isEarly: Bool {
        if case .success(let found) = result { !found.isComplete } else { false }
    }

    /// The same addresses, of which nothing more is expected or something is.
    func expectingMore(_ isExpecting: Bool) -> LookupOutcome {
        guard case .success(var found) = result else { return self }
        found.isComplete = !isExpecting
        return LookupOutcome(result: .success(found), ttlMs: ttlMs)
    }

    /// These addresses and then the other's, of the same name.
    func followed(by other: LookupOutcome) -> LookupOutcome {
        let all = ResolvedAddresses(addresses: addresses + other.addresses, source: .dns)
        return LookupOutcome(result: .success(all), ttlMs: min(ttlMs, other.ttlMs))
    }
}
