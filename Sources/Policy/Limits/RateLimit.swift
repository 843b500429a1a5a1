/// So much in a second, and so much at once.
public struct RateLimit: Hashable, Sendable {
    /// Requests or bytes each second; at least 1.
    public let perSecond: UInt64
    /// What may come at once after a pause; at least 1.
    public let burst: UInt64

    /// The most that either number can be: a terabyte.
    public static let most: UInt64 = 1 << 40

    /// Both are brought into their range. Without `burst` it is what one second brings.
    public init(perSecond: UInt64, burst: UInt64? = nil) {
        self.perSecond = min(max(perSecond, 1), Self.most)
        self.burst = min(max(burst ?? perSecond, 1), Self.most)
    }
}
