/// What one connection may move one way before it has to ask its ``ClientTable`` again. Pure: time is an argument.
///
/// Bytes are taken from the table in advance, a piece at a time: between two pieces a connection needs no table, so that
/// shaping costs a lock for each piece and not for each read. The piece is paid for when it is taken, and moves when the
/// table's debt is paid: pieces of many connections of a client follow one another in the order in which they were asked for.
public struct ByteMeter: Hashable, Sendable {
    /// Of the piece at hand; negative when more was moved than allowed.
    private var left: Int64 = 0
    private var readyMs: UInt64 = 0

    /// A meter without an advance.
    public init() {}

    /// The piece for a limit: what a fiftieth of a second brings, within 1 KiB and 1 MiB. A connection that ends has the rest of
    /// one, which others have waited for in vain: the larger the pieces, the more of that.
    public static func pieceBytes(of limit: RateLimit) -> UInt64 { min(max(limit.perSecond / 50, 1024), 1 << 20) }

    /// What has to be taken from the tables before anything may move: a piece and what was moved beyond the last; nil while
    /// something of the last is left.
    public func owed(piece: UInt64) -> UInt64? { left > 0 ? nil : piece + UInt64(-left) }

    /// `owed` was taken, and may be moved in so many milliseconds.
    public mutating func took(piece: UInt64, waitMs: UInt64, nowMs: UInt64) {
        left = Int64(clamping: piece)
        readyMs = nowMs &+ waitMs
    }

    /// Bytes that may be moved now.
    public func allowance(nowMs: UInt64) -> UInt64 { nowMs >= readyMs && left > 0 ? UInt64(left) : 0 }

    /// Milliseconds until what was taken may be moved; 0 when it may be, or when nothing was taken.
    public func waitMs(nowMs: UInt64) -> UInt64 { left > 0 && readyMs > nowMs ? readyMs - nowMs : 0 }

    /// Bytes were moved.
    public mutating func moved(_ count: UInt64) { left -= Int64(clamping: count) }

    /// The connection has ended: bytes to be given back, and bytes that it still owes. One of them is 0.
    public mutating func settle() -> (unused: UInt64, debt: UInt64) {
        defer { left = 0 }
        return (UInt64(max(left, 0)), UInt64(max(-left, 0)))
    }
}
