import Engine
import Foundation
import HTTPStack
import Pool

/// Fills the status document from a snapshot.
extension StatusDocument {
    init(_ snapshot: ProcessSnapshot) {
        let totals = ProcessTotals(snapshot.loops)
        version = snapshot.version
        // Milliseconds are as exact as anyone reads; more digits only make the line longer.
        uptimeS = (snapshot.uptimeS * 1_000).rounded() / 1_000
        draining = snapshot.isDraining
        loops = snapshot.loops.map(Loop.init)
        connections = Connections(
            clientOpen: snapshot.connectionsHeld, clientHttp: totals.httpConnections,
            clientIdle: totals.idleConnections,
            clientAccepted: totals.acceptedConnections, clientLimit: snapshot.connectionLimit,
            // Each tunnel holds one connection to its origin, which the pool no longer counts.
            originOpen: totals.socketsInUse + totals.socketsFree + totals.openTunnels, acceptPauses: totals.acceptPauses
        )
        requests = Requests(
            total: totals.requests, active: totals.activeRequests, byStatus: Self.named(totals.byStatus),
            failures: totals.failures, reused: totals.reused, retried: totals.retried)
        let failures = snapshot.loops.flatMap(\.recentFailures).sorted { $0.timeMs > $1.timeMs }
        recentFailures = failures.prefix(Self.failureLimit).map(Failure.init)
        recentFailuresOmitted = snapshot.loops.reduce(0) { $0 &+ $1.recentFailuresOmitted }
        tunnels = Tunnels(
            open: totals.openTunnels, halfClosed: totals.halfClosedTunnels, total: totals.tunnels,
            byEnd: totals.tunnelsByEnd)
        bytes = Bytes(
            toOrigin: totals.bodyBytesToOrigin, toClient: totals.bodyBytesToClient,
            tunnelToOrigin: totals.tunnelBytesToOrigin, tunnelToClient: totals.tunnelBytesToClient)
        pool = Pool(totals)
        resolver = Resolver(
            entries: snapshot.resolver.entries, inFlight: snapshot.resolver.inFlight, hits: snapshot.resolver.hits,
            negativeHits: snapshot.resolver.negativeHits, misses: snapshot.resolver.misses,
            coalesced: snapshot.resolver.coalesced, failures: snapshot.resolver.failures,
            timeouts: snapshot.resolver.timeouts, evictions: snapshot.resolver.evictions)
        logins = snapshot.logins.map { Logins($0) }
        memory = Memory(
            rssBytes: snapshot.residentBytes, blocksInUse: totals.blocksInUse, pipesInUse: totals.pipesInUse)
        descriptors = Descriptors(open: snapshot.openDescriptors, limit: snapshot.descriptorLimit)
        log = Log(lostLines: snapshot.lostLogLines)
    }

    /// Statuses as keys; those who got no response are under `none`.
    private static func named(_ byStatus: [Int: UInt64]) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: byStatus.map { ($0 == 0 ? "none" : String($0), $1) })
    }
}

extension StatusDocument.Failure {
    init(_ failure: RecentFailure) {
        let moment = Date(timeIntervalSince1970: Double(failure.timeMs) / 1_000)
        self.init(
            time: moment.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            client: failure.client.description, method: failure.method, destination: failure.destination,
            status: failure.status, reason: failure.kind.token.description,
            detail: [failure.detail, failure.errno?.description].compactMap { $0 }.joined(separator: "; "),
            durationMs: Double(failure.durationNs / 1_000) / 1_000, request: failure.id.description,
            count: failure.count)
    }
}

extension StatusDocument.Loop {
    init(_ loop: LoopSnapshot) {
        let pool = loop.pool.origins
        self.init(
            index: loop.index, clientConnections: loop.clientConnections, clientIdle: loop.idleClientConnections,
            clientAccepted: loop.acceptedConnections, acceptPauses: loop.acceptPauses,
            requestsActive: loop.activeRequests,
            requestsTotal: loop.counters.requests, tunnelsOpen: loop.openTunnels,
            poolSockets: pool.reduce(0) { $0 &+ $1.inUse }, poolFreeSockets: pool.reduce(0) { $0 &+ $1.free },
            poolRequests: pool.reduce(0) { $0 &+ $1.waiting }, blocksInUse: loop.blocksInUse,
            pipesInUse: loop.pipesInUse)
    }
}

extension StatusDocument.Pool {
    init(_ totals: ProcessTotals) {
        let shown = totals.busiestOrigins(StatusDocument.originLimit)
        let counts = totals.poolCounters
        self.init(
            origins: shown.map {
                StatusDocument.Origin(
                    name: $0.key.description, sockets: $0.inUse, freeSockets: $0.free, dialling: $0.dialling,
                    requests: $0.waiting)
            },
            originsTotal: totals.origins.count, originsOmitted: totals.origins.count - shown.count,
            sockets: totals.socketsInUse, freeSockets: totals.socketsFree, dialling: totals.socketsDialling,
            requests: totals.requestsWaiting,
            counters: StatusDocument.PoolCounts(
                reused: counts.reused, servedFromQueue: counts.servedFromQueue, dialled: counts.dialled,
                dialsFailed: counts.dialsFailed, given: counts.given, received: counts.received, asked: counts.asked,
                askedInVain: counts.askedInVain, timedOut: counts.timedOut, rejected: counts.rejected,
                cancelled: counts.cancelled, idleExpired: counts.idleExpired, surplusClosed: counts.surplusClosed,
                evicted: counts.evicted, diedIdle: counts.diedIdle))
    }
}
