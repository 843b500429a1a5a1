import HTTPWire
import Pool

/// Limits and deadlines of an agent's connections. Times in milliseconds.
public struct AgentOptions: Sendable {
    /// Of a response's head; one beyond them is a malformed response.
    public var limits = HeadLimits.standard
    /// How many sockets and waiting requests there may be, and for how long.
    public var pool = PoolLimits()
    /// Keep sockets free for later requests? Otherwise each is closed unless a request waits for it. Node `keepAlive`.
    public var keepAlive = true
    /// Without traffic before TCP probes a connection, where an agent makes its own connector. Node `keepAliveMsecs`.
    public var keepAliveMsecs = 1000
    /// While all agents of a group together have more sockets open than this, to all origins, none is kept free: each is closed
    /// after its request. A client that visits many origins must not use up the process's descriptors.
    public var socketsToKeepBelow = Int.max
    /// From the end of the request (or, while it is still being sent, the last progress) to the response's head.
    public var responseHeadTimeoutMs: UInt64 = 120_000
    /// Between two pieces of a response body that is being read.
    public var bodyTimeoutMs: UInt64 = 60_000
    /// Without a byte of the request taken by the origin.
    public var writeStallMs: UInt64 = 60_000

    /// The defaults, which are a proxy's.
    public init() {}
}
