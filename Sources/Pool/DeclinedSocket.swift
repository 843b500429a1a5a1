/// A socket that the request it was given to has declined, and where it goes.
public struct DeclinedSocket: Sendable, Equatable {
    /// What to do with it.
    public let action: ReleaseAction
    /// When it came free.
    public let idleSinceMs: Int64
    /// How long from then on it may stay free.
    public let idleLimitMs: Int64
}
