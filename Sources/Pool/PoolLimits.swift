/// The pool's bounds, per origin. Every loop of a process must be given the same value.
///
/// Node's `Agent` options keep their names and meaning; the others bound what Node leaves open
/// (an unbounded, untimed queue and a free list without age).
public struct PoolLimits: Sendable, Equatable {
    /// Sockets open, being dialled or moving between loops, over all loops. Exact at every moment.
    public var maxSockets = 64
    /// Free sockets over all loops. Exact with one loop; with several, loops that park in the same
    /// instant may exceed it by one each until the sweep.
    public var maxFreeSockets = 16
    /// Requests that wait without a dial of their own, over all loops. Exact at every moment.
    public var maxQueued = 256
    /// How long a request may wait without a dial of its own (a dial has its own deadline, elsewhere).
    public var queueTimeoutMs: Int64 = 10_000
    /// The longest a free socket is kept; the shell passes the smaller of this and the origin's hint.
    public var idleTimeoutMs: Int64 = 15_000
    /// 0: a socket freed above `maxFreeSockets` is closed at once, as Node does. Otherwise the surplus
    /// is parked and closed by the sweep once older than this: a burst of completions in one loop turn
    /// must not close sockets that the next turn dials again.
    public var freeSurplusGraceMs: Int64 = 0
    /// How long an origin without sockets and waiters is remembered.
    public var originLingerMs: Int64 = 60_000
    /// A request that cannot be repeated never gets a socket that was idle this long or longer:
    /// the origin may be closing it, and the loss could not be told from a half-done request.
    public var nonRetriableMaxIdleMs: Int64 = 1000

    /// The defaults above.
    public init() {}

    /// Stops on a limit that would make the pool hang or overflow: ours to prevent, when parsing configuration.
    func validate() {
        precondition(maxSockets > 0, "maxSockets must be positive: \(self)")
        precondition(maxFreeSockets >= 0 && maxQueued >= 0, "negative limit: \(self)")
        precondition(queueTimeoutMs > 0 && originLingerMs >= 0 && freeSurplusGraceMs >= 0, "bad time: \(self)")
    }
}
