import HTTPStack
import Pool

/// The figures of all loops added up.
struct ProcessTotals {
    /// One origin's row, all loops together.
    typealias Origin = PoolSnapshot<OriginKey>.Origin

    private(set) var httpConnections = 0
    private(set) var idleConnections = 0
    private(set) var acceptedConnections: UInt64 = 0
    private(set) var acceptPauses = 0
    private(set) var heldToOriginMs: UInt64 = 0
    private(set) var heldToClientMs: UInt64 = 0

    private(set) var activeRequests = 0
    private(set) var requests: UInt64 = 0
    /// Requests by status; 0 stands for those that got no response. Statuses that were never sent are left out.
    private(set) var byStatus: [Int: UInt64] = [:]
    private(set) var failures: [String: UInt64] = [:]
    private(set) var reused: UInt64 = 0
    private(set) var retried: UInt64 = 0
    private(set) var bodyBytesToOrigin: UInt64 = 0
    private(set) var bodyBytesToClient: UInt64 = 0
    /// As in `LoopCounters.durations`: each bucket on its own, not cumulative.
    private(set) var durations = [UInt64](repeating: 0, count: LoopCounters.durationBoundsS.count + 1)
    private(set) var durationSumNs: UInt64 = 0

    private(set) var openTunnels = 0
    private(set) var halfClosedTunnels = 0
    private(set) var tunnels: UInt64 = 0
    private(set) var tunnelsByEnd: [String: UInt64] = [:]
    /// Bytes of tunnels that have ended and of those that are open.
    private(set) var tunnelBytesToOrigin: UInt64 = 0
    private(set) var tunnelBytesToClient: UInt64 = 0

    private(set) var blocksInUse = 0
    private(set) var pipesInUse = 0

    private(set) var poolCounters = PoolCounters()
    /// In no particular order.
    private(set) var origins: [Origin] = []
    private(set) var socketsInUse = 0
    private(set) var socketsDialling = 0
    private(set) var socketsFree = 0
    private(set) var requestsWaiting = 0

    /// Adds up. Sums wrap around: a figure that is wrong after centuries is better than an admin page that ends the proxy.
    init(_ loops: [LoopSnapshot]) {
        for loop in loops {
            httpConnections &+= loop.clientConnections
            idleConnections &+= loop.idleClientConnections
            acceptedConnections &+= loop.acceptedConnections
            acceptPauses &+= loop.acceptPauses
            heldToOriginMs &+= loop.heldToOriginMs
            heldToClientMs &+= loop.heldToClientMs
            activeRequests &+= loop.activeRequests
            openTunnels &+= loop.openTunnels
            halfClosedTunnels &+= loop.halfClosedTunnels
            tunnelBytesToOrigin &+= loop.openTunnelBytesToOrigin
            tunnelBytesToClient &+= loop.openTunnelBytesToClient
            blocksInUse &+= loop.blocksInUse
            pipesInUse &+= loop.pipesInUse
            poolCounters.add(loop.pool.counters)
            add(loop.counters)
        }
        addOrigins(of: loops)
    }

    private mutating func add(_ counters: LoopCounters) {
        requests &+= counters.requests
        for (status, count) in counters.byStatus.enumerated() where count > 0 { byStatus[status, default: 0] &+= count }
        for (token, count) in counters.failures { failures[token, default: 0] &+= count }
        reused &+= counters.reused
        retried &+= counters.retried
        bodyBytesToOrigin &+= counters.bodyBytesToOrigin
        bodyBytesToClient &+= counters.bodyBytesToClient
        for (bucket, count) in counters.durations.enumerated() { durations[bucket] &+= count }
        durationSumNs &+= counters.durationSumNs
        tunnels &+= counters.tunnels
        for (token, count) in counters.tunnelsByEnd { tunnelsByEnd[token, default: 0] &+= count }
        tunnelBytesToOrigin &+= counters.tunnelBytesToOrigin
        tunnelBytesToClient &+= counters.tunnelBytesToClient
    }

    /// One table for all loops: `PoolSnapshot.merge` would build one per loop, and there may be thousands of origins.
    private mutating func addOrigins(of loops: [LoopSnapshot]) {
        var places: [OriginKey: Int] = [:]
        for origin in loops.lazy.flatMap(\.pool.origins) {
            socketsInUse &+= origin.inUse
            socketsDialling &+= origin.dialling
            socketsFree &+= origin.free
            requestsWaiting &+= origin.waiting
            if let place = places[origin.key] {
                origins[place].inUse &+= origin.inUse
                origins[place].dialling &+= origin.dialling
                origins[place].free &+= origin.free
                origins[place].waiting &+= origin.waiting
            } else {
                places[origin.key] = origins.count
                origins.append(origin)
            }
        }
    }

    /// At most `count` origins, those with most to do first; equals by name, so that a table does not jump about.
    func busiestOrigins(_ count: Int) -> ArraySlice<Origin> {
        origins.sorted { a, b in
            let busyA = a.inUse &+ a.dialling &+ a.waiting
            let busyB = b.inUse &+ b.dialling &+ b.waiting
            if busyA != busyB { return busyA > busyB }
            if a.free != b.free { return a.free > b.free }
            return (a.key.host, a.key.port) < (b.key.host, b.key.port)
        }.prefix(count)
    }
}
