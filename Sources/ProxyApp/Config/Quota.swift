import Policy

extension Settings {
    /// What one client address, or one user, may use. Nil is without limit, and all of them nil costs nothing.
    public struct Quota: Sendable, Equatable {
        /// Connections at the same time. 1...1 000 000.
        public var connections: Int?
        /// Tunnels at the same time. 0...1 000 000.
        public var tunnels: Int?
        /// New requests in a second, CONNECT among them. 1...1 000 000.
        public var requestsPerSecond: Int?
        /// Requests that may come at once after a pause; nil takes what one second brings. 1...1 000 000.
        public var burst: Int?
        /// Bytes in a second from the client to origins. 1 KiB...1 TiB.
        public var bytesToOrigin: Int?
        /// Bytes in a second from origins to the client. 1 KiB...1 TiB.
        public var bytesToClient: Int?

        /// No limits.
        public init() {}
    }
}

extension ClientLimits {
    /// The limits that a quota sets.
    init(_ quota: Settings.Quota) {
        self.init()
        connections = quota.connections
        tunnels = quota.tunnels
        requests = quota.requestsPerSecond.map {
            RateLimit(perSecond: UInt64($0), burst: UInt64(quota.burst ?? $0))
        }
        bytesToOrigin = quota.bytesToOrigin.map(Self.shaped)
        bytesToClient = quota.bytesToClient.map(Self.shaped)
    }

    /// A quarter of a second at once, and no less than a small page has: a pause earns no more than that.
    private static func shaped(_ perSecond: Int) -> RateLimit {
        RateLimit(perSecond: UInt64(perSecond), burst: UInt64(max(perSecond / 4, 16_384)))
    }
}
