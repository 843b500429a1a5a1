/// One loop's pool at one moment, for the admin page. Plain values: take it on the loop, read it anywhere.
public struct PoolSnapshot<Key: Hashable & Sendable>: Sendable {
    /// One origin on one loop, or on all loops after `merge`.
    public struct Origin: Sendable, Equatable {
        /// Who it is.
        public let key: Key
        /// Sockets that carry a request or are being closed.
        public var inUse: Int
        /// Dials under way.
        public var dialling: Int
        /// Free sockets.
        public var free: Int
        /// Requests waiting, with or without a dial of their own.
        public var waiting: Int
    }

    /// Every origin this loop remembers, in no particular order.
    public var origins: [Origin]
    /// Counts since the start of this loop.
    public var counters: PoolCounters

    /// Adds another loop's figures, origin by origin.
    public mutating func merge(_ other: Self) {
        counters.add(other.counters)
        var places: [Key: Int] = [:]
        for (place, origin) in origins.enumerated() { places[origin.key] = place }
        for origin in other.origins {
            guard let place = places[origin.key] else {
                origins.append(origin)
                continue
            }
            origins[place].inUse += origin.inUse
            origins[place].dialling += origin.dialling
            origins[place].free += origin.free
            origins[place].waiting += origin.waiting
        }
    }
}
