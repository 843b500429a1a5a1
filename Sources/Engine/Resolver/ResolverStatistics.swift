/// What a resolver did since it was made, and holds now.
public struct ResolverStatistics: Equatable, Sendable {
    /// Names in the cache, answers and failures together.
    public var entries = 0
    /// Look-ups under way.
    public var inFlight = 0
    /// Answers given from the cache.
    public var hits: UInt64 = 0
    /// Failures given from the cache.
    public var negativeHits: UInt64 = 0
    /// Names that had to be looked up.
    public var misses: UInt64 = 0
    /// Callers who joined a look-up that was under way.
    public var coalesced: UInt64 = 0
    /// Look-ups that ended without an address, time-outs included.
    public var failures: UInt64 = 0
    /// Look-ups whose budget ran out.
    public var timeouts: UInt64 = 0
    /// Names dropped from the cache before their time to make room.
    public var evictions: UInt64 = 0

    /// All at zero.
    public init() {}
}
