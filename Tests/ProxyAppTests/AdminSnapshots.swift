import Engine
import HTTPStack
import Tunnel

@testable import Pool
@testable import ProxyApp

/// Made-up figures for the admin tests.
enum AdminSnapshots {
    /// A process of two loops with a different number at every place, so that no two can be confused.
    static func busy() -> ProcessSnapshot {
        ProcessSnapshot(
            version: "1.2.3", uptimeS: 12.3456, isDraining: false, loops: [first(), second()], resolver: resolver(),
            connectionLimit: 1000, connectionsHeld: 45, residentBytes: 5_000_000, openDescriptors: 77,
            descriptorLimit: 1024, lostLogLines: 6, logins: logins())
    }

    /// A process that has only just started.
    static func fresh() -> ProcessSnapshot {
        ProcessSnapshot(
            version: "1.2.3", uptimeS: 0, isDraining: false, loops: [loop(0)], resolver: ResolverStatistics(),
            connectionLimit: 10, connectionsHeld: 0, residentBytes: 1, openDescriptors: 5, descriptorLimit: 10,
            lostLogLines: 0)
    }

    /// A process whose pool holds these origins, on one loop for each list.
    static func pools(_ lists: [[PoolSnapshot<OriginKey>.Origin]]) -> ProcessSnapshot {
        var snapshot = fresh()
        snapshot.loops = lists.enumerated().map { index, origins in
            var made = loop(index)
            made.pool.origins = origins
            return made
        }
        return snapshot
    }

    static func origin(
        _ host: String, _ port: UInt16 = 80, inUse: Int = 0, dialling: Int = 0, free: Int = 0, waiting: Int = 0
    ) -> PoolSnapshot<OriginKey>.Origin {
        .init(key: OriginKey(host: host, port: port), inUse: inUse, dialling: dialling, free: free, waiting: waiting)
    }

    /// A loop that has done nothing.
    static func loop(_ index: Int) -> LoopSnapshot {
        LoopSnapshot(
            index: index, clientConnections: 0, idleClientConnections: 0, acceptedConnections: 0, acceptPauses: 0,
            openTunnels: 0, halfClosedTunnels: 0, openTunnelBytesToOrigin: 0, openTunnelBytesToClient: 0,
            activeRequests: 0, blocksInUse: 0, pipesInUse: 0, counters: LoopCounters(), recentFailures: [],
            pool: PoolSnapshot(origins: [], counters: PoolCounters()))
    }

    private static func first() -> LoopSnapshot {
        var made = loop(0)
        made.clientConnections = 11
        made.idleClientConnections = 7
        made.acceptedConnections = 100
        made.acceptPauses = 1
        made.openTunnels = 20
        made.halfClosedTunnels = 2
        made.openTunnelBytesToOrigin = 1_000
        made.openTunnelBytesToClient = 2_000
        made.activeRequests = 4
        made.blocksInUse = 9
        made.pipesInUse = 8
        for _ in 0..<3 { count(&made, 200, durationMs: 2) }
        count(&made, 502, failure: .connectRefused, durationMs: 60_000)
        made.counters.retried = 5
        made.recentFailures = [failure(.connectRefused, timeMs: 1_000), failure(.rule, timeMs: 3_000)]
        made.recentFailuresOmitted = 41
        made.counters.tunnels = 21
        made.counters.countTunnelEnd(.closed, toOrigin: 30, toClient: 40)
        made.pool.origins = [
            origin("a.example", inUse: 3, dialling: 1, free: 2, waiting: 5), origin("2001:db8::1", 8080, free: 1),
        ]
        made.pool.counters.reused = 50
        made.pool.counters.dialled = 10
        return made
    }

    private static func second() -> LoopSnapshot {
        var made = loop(1)
        made.clientConnections = 13
        made.idleClientConnections = 6
        made.acceptedConnections = 200
        count(&made, 200, durationMs: 7)
        count(&made, 0, failure: .clientGone, durationMs: 8)
        made.counters.countTunnelEnd(.idle, toOrigin: 1, toClient: 2)
        made.recentFailures = [failure(.clientGone, timeMs: 2_000)]
        made.pool.origins = [origin("a.example", inUse: 1, waiting: 1)]
        made.pool.counters.reused = 1
        return made
    }

    private static func count(
        _ loop: inout LoopSnapshot, _ status: Int, failure: FailureKind? = nil, durationMs: UInt64
    ) {
        loop.counters.countRequest(
            status: status, failure: failure, reused: status == 200, toOrigin: 10, toClient: 100,
            durationNs: durationMs * 1_000_000)
    }

    private static func failure(_ kind: FailureKind, timeMs: Int64) -> RecentFailure {
        RecentFailure(
            timeMs: timeMs, client: .ipv4(address: 0x0a00_0001, port: 5), method: "GET", destination: "<b>:80",
            status: kind.status, kind: kind, detail: kind == .rule ? "rule \"x\"" : nil,
            errno: kind == .connectRefused ? .connectionRefused : nil, durationNs: 1_234_567, id: RequestID(bits: 33),
            count: 7)
    }

    private static func logins() -> LoginFigures {
        var figures = LoginFigures()
        figures.users = 51
        figures.verifiedRight = 52
        figures.verifiedWrong = 53
        figures.waiting = 54
        figures.reloads = 55
        figures.refusedReloads = 56
        return figures
    }

    private static func resolver() -> ResolverStatistics {
        var statistics = ResolverStatistics()
        statistics.entries = 31
        statistics.inFlight = 32
        statistics.hits = 33
        statistics.negativeHits = 34
        statistics.misses = 35
        statistics.coalesced = 36
        statistics.failures = 37
        statistics.timeouts = 38
        statistics.evictions = 39
        return statistics
    }
}
