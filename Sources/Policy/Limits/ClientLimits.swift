/// What one client or one user may use at the same time and in a second. Nil is without limit.
public struct ClientLimits: Hashable, Sendable {
    /// Connections at the same time.
    public var connections: Int?
    /// Tunnels at the same time.
    public var tunnels: Int?
    /// New requests, CONNECT among them.
    public var requests: RateLimit?
    /// Bytes from the client to origins.
    public var bytesToOrigin: RateLimit?
    /// Bytes from origins to the client.
    public var bytesToClient: RateLimit?

    /// No limits.
    public init() {}
}

/// Why a client is not served at this moment.
public struct LimitRefusal: Error, Hashable, Sendable {
    /// What there was too much of.
    public enum Kind: String, Sendable {
        /// Connections at the same time.
        case connections
        /// Tunnels at the same time.
        case tunnels
        /// New requests in a short time.
        case requests
    }

    /// What there was too much of.
    public let kind: Kind
    /// After how many milliseconds it may be tried again; for things that last, a guess.
    public let retryAfterMs: UInt64

    /// A refusal to be taken back after so long.
    public init(kind: Kind, retryAfterMs: UInt64) {
        self.kind = kind
        self.retryAfterMs = retryAfterMs
    }

    /// 429: it is this client, not the proxy as a whole. RFC 6585 4.
    public var status: Int { 429 }

    /// For a Retry-After field: whole seconds, at least 1. RFC 9110 10.2.3.
    public var retryAfterSeconds: UInt64 { max(1, (retryAfterMs + 999) / 1000) }

    /// A stable lowercase word for logs and metrics.
    public var token: String { "client_\(kind.rawValue)" }
}
