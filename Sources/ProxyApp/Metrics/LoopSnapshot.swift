import HTTPStack
import Pool

/// One loop's figures at one moment, made on the loop, read anywhere.
public struct LoopSnapshot: Sendable {
    /// The loop's index, from 0.
    public var index: Int
    /// Client connections that are open and carry HTTP (tunnels are not among them), and those of them that are idle.
    public var clientConnections: Int
    public var idleClientConnections: Int
    /// Client connections accepted since the start.
    public var acceptedConnections: UInt64
    /// How often accepting had to stop for want of descriptors or places.
    public var acceptPauses: Int
    /// Connections that were closed because not a byte of a first request came in time.
    public var silentConnections: UInt64 = 0
    /// Connections that were told to go without a look at their request.
    public var turnedAwayConnections: UInt64 = 0
    /// Tunnels open now, those of them with one side ended, and the bytes that open ones have moved.
    public var openTunnels: Int
    public var halfClosedTunnels: Int
    public var openTunnelBytesToOrigin: UInt64
    public var openTunnelBytesToClient: UInt64
    /// Requests being served now.
    public var activeRequests: Int
    /// Blocks and pipes in the hands of connections.
    public var blocksInUse: Int
    public var pipesInUse: Int
    /// Milliseconds for which reading was put off to keep to a limit of bytes, all connections together.
    public var heldToOriginMs: UInt64 = 0
    public var heldToClientMs: UInt64 = 0
    public var counters: LoopCounters
    /// What failed of late, in no particular order.
    var recentFailures: [RecentFailure]
    /// Failures that were too many to be remembered one by one.
    var recentFailuresOmitted: UInt64 = 0
    public var pool: PoolSnapshot<OriginKey>
}
