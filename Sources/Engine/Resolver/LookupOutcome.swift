/// What one look-up brought.
struct LookupOutcome {
    let result: Result<ResolvedAddresses, ResolveError>
    /// The smallest TTL among the records that led to the addresses; 0 for a failure.
    let ttlMs: UInt64

    static func failure(_ error: ResolveError) -> LookupOutcome { LookupOutcome(result: .failure(error), ttlMs: 0) }
}
