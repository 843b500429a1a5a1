import Foundation

/// What `/status` says. Property names become the document's in snake_case; `docs/admin.md` tells what each means.
struct StatusDocument: Encodable, Equatable {
    struct Loop: Encodable, Equatable {
        var index: Int
        var clientConnections: Int
        var clientIdle: Int
        var clientAccepted: UInt64
        var acceptPauses: Int
        var requestsActive: Int
        var requestsTotal: UInt64
        var tunnelsOpen: Int
        var poolSockets: Int
        var poolFreeSockets: Int
        var poolRequests: Int
        var blocksInUse: Int
        var pipesInUse: Int
    }

    struct Connections: Encodable, Equatable {
        var clientOpen: Int
        var clientHttp: Int
        var clientIdle: Int
        var clientAccepted: UInt64
        var clientLimit: Int
        var originOpen: Int
        var acceptPauses: Int
    }

    struct Requests: Encodable, Equatable {
        var total: UInt64
        var active: Int
        var byStatus: [String: UInt64]
        var failures: [String: UInt64]
        var reused: UInt64
        var retried: UInt64
    }

    struct Tunnels: Encodable, Equatable {
        var open: Int
        var halfClosed: Int
        var total: UInt64
        var byEnd: [String: UInt64]
    }

    struct Bytes: Encodable, Equatable {
        var toOrigin: UInt64
        var toClient: UInt64
        var tunnelToOrigin: UInt64
        var tunnelToClient: UInt64
    }

    struct Origin: Encodable, Equatable {
        var name: String
        var sockets: Int
        var freeSockets: Int
        var dialling: Int
        var requests: Int
    }

    struct PoolCounts: Encodable, Equatable {
        var reused: Int
        var servedFromQueue: Int
        var dialled: Int
        var dialsFailed: Int
        var given: Int
        var received: Int
        var asked: Int
        var askedInVain: Int
        var timedOut: Int
        var rejected: Int
        var cancelled: Int
        var idleExpired: Int
        var surplusClosed: Int
        var evicted: Int
        var diedIdle: Int
    }

    struct Pool: Encodable, Equatable {
        var origins: [Origin]
        var originsTotal: Int
        var originsOmitted: Int
        var sockets: Int
        var freeSockets: Int
        var dialling: Int
        var requests: Int
        var counters: PoolCounts
    }

    struct Resolver: Encodable, Equatable {
        var entries: Int
        var inFlight: Int
        var hits: UInt64
        var negativeHits: UInt64
        var misses: UInt64
        var coalesced: UInt64
        var failures: UInt64
        var timeouts: UInt64
        var evictions: UInt64
    }

    struct Logins: Encodable, Equatable {
        var users: Int
        var verifiedRight: UInt64
        var verifiedWrong: UInt64
        var waiting: Int
        var reloads: UInt64
        var refusedReloads: UInt64

        init(_ figures: LoginFigures) {
            users = figures.users
            verifiedRight = figures.verifiedRight
            verifiedWrong = figures.verifiedWrong
            waiting = figures.waiting
            reloads = figures.reloads
            refusedReloads = figures.refusedReloads
        }
    }

    struct Memory: Encodable, Equatable {
        var rssBytes: UInt64
        var blocksInUse: Int
        var pipesInUse: Int
    }

    struct Descriptors: Encodable, Equatable {
        var open: Int
        var limit: Int
    }

    struct Log: Encodable, Equatable {
        var lostLines: UInt64
    }

    struct Failure: Encodable, Equatable {
        var time: String
        var client: String
        var method: String
        var destination: String
        var status: Int
        var reason: String
        var detail: String
        var durationMs: Double
        var request: String
        var count: UInt64
    }

    /// Failures listed at most, the latest first.
    static let failureLimit = 64
    /// Origins listed at most; the rest is counted in `Pool.originsOmitted`.
    static let originLimit = 100

    var version: String
    var uptimeS: Double
    var draining: Bool
    var loops: [Loop]
    var connections: Connections
    var requests: Requests
    var recentFailures: [Failure]
    var recentFailuresOmitted: UInt64
    var tunnels: Tunnels
    var bytes: Bytes
    var pool: Pool
    var resolver: Resolver
    /// Left out where nobody has to log in.
    var logins: Logins?
    var memory: Memory
    var descriptors: Descriptors
    var log: Log

    /// As JSON text, keys sorted, with a line break at the end. Nil when a number is not finite.
    var json: String? {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" }
    }
}
