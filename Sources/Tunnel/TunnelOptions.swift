/// The time-outs of a tunnel, in milliseconds.
public struct TunnelOptions: Sendable, Equatable {
    /// A tunnel without a byte either way for this long is ended; nil keeps it for ever.
    public var idleTimeoutMs: UInt64?
    /// After one side has ended, a tunnel without progress for this long is ended. Every byte starts it anew.
    public var halfClosedTimeoutMs: UInt64

    /// An hour without a byte, and a minute when only one side is open, unless told otherwise.
    public init(idleTimeoutMs: UInt64? = 3_600_000, halfClosedTimeoutMs: UInt64 = 60_000) {
        self.idleTimeoutMs = idleTimeoutMs
        self.halfClosedTimeoutMs = halfClosedTimeoutMs
    }
}
