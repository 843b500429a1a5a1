/// What one loop's pool has done since it was made. Plain integers: only its loop writes them.
public struct PoolCounters: Sendable, Equatable {
    /// Requests served by a socket that had served before and was free at once.
    public var reused = 0
    /// Requests served by a socket that another request released, or that came from another loop.
    public var servedFromQueue = 0
    /// Dials that ended in a connection.
    public var dialled = 0
    /// Dials that failed.
    public var dialsFailed = 0
    /// Sockets handed to other loops.
    public var given = 0
    /// Sockets taken over from other loops.
    public var received = 0
    /// Questions to other loops.
    public var asked = 0
    /// Questions answered with nothing.
    public var askedInVain = 0
    /// Requests that left the queue by time.
    public var timedOut = 0
    /// Requests refused because the queue was full.
    public var rejected = 0
    /// Requests withdrawn by the caller while waiting.
    public var cancelled = 0
    /// Free sockets closed by the sweep for their age.
    public var idleExpired = 0
    /// Free sockets closed because there were more than `maxFreeSockets`.
    public var surplusClosed = 0
    /// Free sockets closed to make room for a request that may not use them.
    public var evicted = 0
    /// Free sockets that the origin closed first.
    public var diedIdle = 0

    /// All zero.
    public init() {}

    /// Adds another loop's counts.
    public mutating func add(_ other: Self) {
        reused += other.reused
        servedFromQueue += other.servedFromQueue
        dialled += other.dialled
        dialsFailed += other.dialsFailed
        given += other.given
        received += other.received
        asked += other.asked
        askedInVain += other.askedInVain
        timedOut += other.timedOut
        rejected += other.rejected
        cancelled += other.cancelled
        idleExpired += other.idleExpired
        surplusClosed += other.surplusClosed
        evicted += other.evicted
        diedIdle += other.diedIdle
    }
}
