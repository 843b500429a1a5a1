/// What is left of a ``RateLimit`` for one client: tokens that come at a steady rate and are kept up to the burst.
///
/// Sixteen bytes; the limit is an argument, as thousands of buckets share one. Whole arithmetic: at one token per second a
/// millisecond brings a thousandth of one, and nothing is ever rounded away. Time is milliseconds on any monotonic scale; a
/// clock that goes back brings nothing and takes nothing.
public struct TokenBucket: Hashable, Sendable {
    /// Thousandths of tokens; negative while there is debt.
    private var level: Int64
    private var lastMs: UInt64

    /// A full bucket.
    public init(_ limit: RateLimit, nowMs: UInt64) {
        level = Self.full(limit)
        lastMs = nowMs
    }

    /// Takes `amount` tokens if there are as many. More than the burst is never there.
    public mutating func take(_ amount: UInt64 = 1, of limit: RateLimit, nowMs: UInt64) -> Bool {
        refill(limit, nowMs)
        guard let cost = Self.cost(amount), cost <= level else { return false }
        level -= cost
        return true
    }

    /// Takes `amount` tokens, there or not, and returns for how many milliseconds nothing more should be taken.
    ///
    /// For bytes that were read already: the next read waits until the debt is paid.
    public mutating func spend(_ amount: UInt64, of limit: RateLimit, nowMs: UInt64) -> UInt64 {
        refill(limit, nowMs)
        level = max(level - (Self.cost(amount) ?? Self.deepest), -Self.deepest)
        return Self.timeMs(-level, limit)
    }

    /// Puts back what was taken and not used.
    public mutating func giveBack(_ amount: UInt64, of limit: RateLimit) {
        level = min(level + (Self.cost(amount) ?? Self.deepest), Self.full(limit))
    }

    /// How many milliseconds until `amount` tokens are there; 0 when they are. For a Retry-After.
    public mutating func waitMs(for amount: UInt64 = 1, of limit: RateLimit, nowMs: UInt64) -> UInt64 {
        refill(limit, nowMs)
        return Self.timeMs((Self.cost(min(amount, limit.burst)) ?? 0) - level, limit)
    }

    /// How many tokens are there. For a splice, which is told in advance how much it may move.
    public mutating func available(of limit: RateLimit, nowMs: UInt64) -> UInt64 {
        refill(limit, nowMs)
        return UInt64(max(level, 0)) / 1000
    }

    /// Is it as if nothing had ever been taken? Then it can be forgotten.
    public mutating func isFull(of limit: RateLimit, nowMs: UInt64) -> Bool {
        refill(limit, nowMs)
        return level == Self.full(limit)
    }

    /// Debt is bounded too, or one large write could silence a client for years.
    private static let deepest = Int64(RateLimit.most) * 1000

    private mutating func refill(_ limit: RateLimit, _ nowMs: UInt64) {
        guard nowMs > lastMs else { return }
        let elapsed = nowMs - lastMs
        lastMs = nowMs
        let full = Self.full(limit)
        let (gain, overflow) = elapsed.multipliedReportingOverflow(by: limit.perSecond)
        guard !overflow, gain < UInt64(bitPattern: full &- level) else {
            level = full
            return
        }
        level = min(level + Int64(gain), full)
    }

    private static func full(_ limit: RateLimit) -> Int64 { Int64(limit.burst) * 1000 }

    private static func cost(_ amount: UInt64) -> Int64? { amount <= RateLimit.most ? Int64(amount) * 1000 : nil }

    private static func timeMs(_ missing: Int64, _ limit: RateLimit) -> UInt64 {
        missing <= 0 ? 0 : (UInt64(missing) + limit.perSecond - 1) / limit.perSecond
    }
}
