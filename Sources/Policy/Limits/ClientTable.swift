/// Counts what each client uses and holds it to ``ClientLimits``. One table for addresses, one for users.
///
/// A connection gets a ``Place`` and uses it for everything that follows, so that a request costs no look-up. Memory is
/// bounded: at most `capacity` clients are known one by one. Those without a connection give way, the longest unseen first;
/// should all have connections, further clients share one set of counters, which errs on the side of refusing. Pure: time is
/// an argument, and the caller sees to it that one thread at a time is in here.
public struct ClientTable: Sendable {
    /// The counters of a client, valid from `connect` to the matching `disconnect`.
    public struct Place: Hashable, Sendable {
        fileprivate let index: Int32
        /// Everybody who found the table full.
        fileprivate static var shared: Place { Place(index: -1) }
        /// Does this client share its counters with others, because the table is full?
        public var isShared: Bool { index < 0 }
    }

    /// Which way bytes go.
    public enum Direction: Sendable {
        /// From the client.
        case toOrigin
        /// From an origin.
        case toClient
    }

    private struct Usage: Sendable {
        var connections = 0
        var tunnels = 0
        /// When its last connection began or ended.
        var lastSeenMs: UInt64
        var requests: TokenBucket
        var toOrigin: TokenBucket
        var toClient: TokenBucket
    }

    /// What everybody may use. Can be changed: what is open stays open.
    public var limits: ClientLimits
    private var table: RecentTable<ClientKey, Usage>
    private var others: Usage

    /// A table of at most `capacity` clients.
    public init(limits: ClientLimits, capacity: Int, nowMs: UInt64) {
        self.limits = limits
        table = RecentTable(capacity: capacity)
        others = Self.unused(limits, nowMs)
    }

    /// How many clients are known one by one.
    public var count: Int { table.count }
    /// How many gave way to others, and lost their count of requests and bytes.
    public var evictions: UInt64 { table.evictions }
    /// Memory of a known client, for a formula.
    public static var bytesPerClient: Int { RecentTable<ClientKey, Usage>.bytesPerEntry }

    /// A client's new connection. Throws ``LimitRefusal`` when it has too many.
    public mutating func connect(_ key: ClientKey, nowMs: UInt64) throws(LimitRefusal) -> Place {
        let place = place(of: key, nowMs)
        if let most = limits.connections, usage(place).connections >= most {
            throw LimitRefusal(kind: .connections, retryAfterMs: 1000)
        }
        change(place) {
            $0.connections += 1
            $0.lastSeenMs = nowMs
        }
        if !place.isShared { table.hold(place.index) }
        return place
    }

    /// A connection has ended.
    public mutating func disconnect(_ place: Place, nowMs: UInt64) {
        precondition(usage(place).connections > 0, "disconnect without connect")
        change(place) {
            $0.connections -= 1
            $0.lastSeenMs = nowMs
        }
        if !place.isShared, usage(place).connections == 0 { table.release(place.index) }
    }

    /// A request begins. Throws ``LimitRefusal`` when there were too many of late.
    public mutating func beginRequest(_ place: Place, nowMs: UInt64) throws(LimitRefusal) {
        guard let limit = limits.requests else { return }
        let waitMs = change(place) { usage in
            usage.requests.take(of: limit, nowMs: nowMs) ? 0 : usage.requests.waitMs(of: limit, nowMs: nowMs)
        }
        guard waitMs == 0 else { throw LimitRefusal(kind: .requests, retryAfterMs: waitMs) }
    }

    /// A tunnel is about to open. Throws ``LimitRefusal`` when there are too many.
    public mutating func openTunnel(_ place: Place) throws(LimitRefusal) {
        if let most = limits.tunnels, usage(place).tunnels >= most {
            throw LimitRefusal(kind: .tunnels, retryAfterMs: 1000)
        }
        change(place) { $0.tunnels += 1 }
    }

    /// A tunnel has ended. To be told before its connection's `disconnect`.
    public mutating func closeTunnel(_ place: Place) {
        precondition(usage(place).tunnels > 0, "closeTunnel without openTunnel")
        change(place) { $0.tunnels -= 1 }
    }

    /// Bytes have moved, or are about to: see ``ByteMeter``. Returns for how many milliseconds nothing more should be; 0 without
    /// limit.
    public mutating func moved(_ bytes: UInt64, _ direction: Direction, _ place: Place, nowMs: UInt64) -> UInt64 {
        guard let limit = limit(direction) else { return 0 }
        return change(place) { usage in
            switch direction {
            case .toOrigin: usage.toOrigin.spend(bytes, of: limit, nowMs: nowMs)
            case .toClient: usage.toClient.spend(bytes, of: limit, nowMs: nowMs)
            }
        }
    }

    /// Bytes were paid for in advance and will not move.
    public mutating func giveBack(_ bytes: UInt64, _ direction: Direction, _ place: Place) {
        guard let limit = limit(direction) else { return }
        change(place) { usage in
            switch direction {
            case .toOrigin: usage.toOrigin.giveBack(bytes, of: limit)
            case .toClient: usage.toClient.giveBack(bytes, of: limit)
            }
        }
    }

    /// Forgets clients without a connection that were last seen at `timeMs` or before, at most `most` of them in one call.
    ///
    /// To be called now and then, with a time by which their buckets are full again: what is forgotten begins anew.
    public mutating func forget(unseenSinceMs timeMs: UInt64, most: Int = 64) {
        for _ in 0..<most {
            guard table.oldest >= 0, table[table.oldest].lastSeenMs <= timeMs else { return }
            table.remove(table.oldest)
        }
    }

    /// How many connections and tunnels this client has.
    public func inUse(_ place: Place) -> (connections: Int, tunnels: Int) {
        (usage(place).connections, usage(place).tunnels)
    }

    // MARK: - Private

    private func limit(_ direction: Direction) -> RateLimit? {
        switch direction {
        case .toOrigin: limits.bytesToOrigin
        case .toClient: limits.bytesToClient
        }
    }

    private func usage(_ place: Place) -> Usage { place.isShared ? others : table[place.index] }

    @discardableResult
    private mutating func change<T>(_ place: Place, _ body: (inout Usage) -> T) -> T {
        place.isShared ? body(&others) : body(&table[place.index])
    }

    private mutating func place(of key: ClientKey, _ nowMs: UInt64) -> Place {
        if let known = table.find(key) { return Place(index: known) }
        guard let new = table.insert(key, Self.unused(limits, nowMs)) else { return .shared }
        return Place(index: new)
    }

    private static func unused(_ limits: ClientLimits, _ nowMs: UInt64) -> Usage {
        func bucket(_ limit: RateLimit?) -> TokenBucket {
            TokenBucket(limit ?? RateLimit(perSecond: 1), nowMs: nowMs)
        }
        return Usage(
            lastSeenMs: nowMs,
            requests: bucket(limits.requests), toOrigin: bucket(limits.bytesToOrigin),
            toClient: bucket(limits.bytesToClient))
    }
}
