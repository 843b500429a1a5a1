import HTTPWire

/// Limits and deadlines of a server's connections. Times in milliseconds.
public struct ServerOptions: Sendable {
    /// Of a request's head; one beyond them is answered 414 or 431.
    public var limits = HeadLimits.standard
    /// For a whole request head, from its first byte (or from the accept) on. A sender that trickles does not extend it.
    public var headTimeoutMs: UInt64 = 15_000
    /// For the request of a client that is refused: see ``ClientWelcome/refuse(_:)``.
    public var refusalMs: UInt64 = 1_000
    /// Between a response and the first byte of the next request.
    public var keepAliveTimeoutMs: UInt64 = 60_000
    /// Between two pieces of a request body that is being read.
    public var bodyTimeoutMs: UInt64 = 60_000
    /// In each window of `bodyWindowMs`, at least `bodyWindowBytes` of a request body that is being read must arrive.
    public var bodyWindowMs: UInt64 = 10_000
    /// Bytes of a body that must arrive in each window; 0 for none.
    public var bodyWindowBytes: UInt64 = 1024
    /// Without a byte taken by a client that responses wait for.
    public var writeStallMs: UInt64 = 60_000
    /// When a response is complete before its request is, at most this much of the request is read and dropped...
    public var drainBytes: UInt64 = 262_144
    /// ...for at most this long, before the connection is closed.
    public var drainMs: UInt64 = 2_000

    /// Does `Proxy-Connection: keep-alive` keep an HTTP/1.0 client's connection open? For proxies: old clients send that field
    /// in place of Connection.
    public var honoursProxyConnection = false

    /// Do responses in Node's way tell HTTP/1.1 clients as well that the connection persists? It is their default.
    public var announcesKeepAlive = false

    /// The defaults, which are a proxy's. `node` is what programs with closures get.
    public init() {}

    /// What `HTTP.createServer` uses: Node's limits, and deadlines that leave slow handlers and slow uploads their time.
    ///
    /// 1000 fields and 60 KiB a head (Node: 80), a minute for a head to arrive; a body has to move once in five minutes.
    public static var node: ServerOptions {
        var options = ServerOptions()
        options.limits = HeadLimits(
            requestLineBytes: HeadLimits.largestHeadBytes, headBytes: HeadLimits.largestHeadBytes, fields: 1000)
        options.headTimeoutMs = 60_000
        options.bodyTimeoutMs = 300_000
        options.bodyWindowMs = 300_000
        options.bodyWindowBytes = 0
        options.announcesKeepAlive = true
        return options
    }
}
