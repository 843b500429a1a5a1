import Tunnel

/// What one loop has counted since the start. Plain integers of that loop; readers get copies and add them up.
public struct LoopCounters: Sendable {
    /// Upper bounds of the duration histogram's buckets, in seconds; one more bucket holds the rest.
    public static let durationBoundsS: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// Requests answered or given up (CONNECT included).
    public private(set) var requests: UInt64 = 0
    /// By the status sent, at its index; index 0 counts those that got no response.
    public private(set) var byStatus = [UInt64](repeating: 0, count: 600)
    /// Requests that failed, by the failure's number.
    private(set) var byFailure = [UInt64](repeating: 0, count: FailureKind.allCases.count)
    /// Requests that failed, by the failure's token; those that never happened are left out.
    public var failures: [String: UInt64] {
        let counted = zip(FailureKind.allCases, byFailure).filter { $1 > 0 }
        return Dictionary(uniqueKeysWithValues: counted.map { ($0.token.description, $1) })
    }
    /// Requests that went out on a socket that had served before.
    public private(set) var reused: UInt64 = 0
    /// Requests sent a second time because a free socket had gone stale.
    public internal(set) var retried: UInt64 = 0
    /// Payload bytes of relayed bodies, from clients to origins and back.
    public private(set) var bodyBytesToOrigin: UInt64 = 0
    public private(set) var bodyBytesToClient: UInt64 = 0
    /// Requests by duration, see `durationBoundsS`; and the sum of durations in nanoseconds.
    public private(set) var durations = [UInt64](repeating: 0, count: durationBoundsS.count + 1)
    public private(set) var durationSumNs: UInt64 = 0
    private static let boundsNs: [UInt64] = durationBoundsS.map { UInt64($0 * 1_000_000_000) }

    /// Tunnels opened: CONNECT and Upgrade.
    public internal(set) var tunnels: UInt64 = 0
    /// Tunnels that have ended, by the reason's number.
    private var byEnd = [UInt64](repeating: 0, count: TunnelEnd.allCases.count)
    /// Tunnels that have ended, by the reason's token; reasons that never were are left out.
    public var tunnelsByEnd: [String: UInt64] {
        let counted = TunnelEnd.allCases.map { ($0.token.description, byEnd[$0.rawValue]) }.filter { $1 > 0 }
        return Dictionary(uniqueKeysWithValues: counted)
    }
    /// Bytes of ended tunnels each way; those of open ones are in `LoopSnapshot`.
    public private(set) var tunnelBytesToOrigin: UInt64 = 0
    public private(set) var tunnelBytesToClient: UInt64 = 0

    public init() {}

    /// A request is over. `failure` says why when it failed.
    mutating func countRequest(
        status: Int, failure: FailureKind?, reused isReused: Bool, toOrigin: UInt64, toClient: UInt64,
        durationNs: UInt64
    ) {
        requests &+= 1
        byStatus[status > 0 && status < 600 ? status : 0] &+= 1
        if isReused { reused &+= 1 }
        bodyBytesToOrigin &+= toOrigin
        bodyBytesToClient &+= toClient
        durationSumNs &+= durationNs
        var bucket = 0
        while bucket < Self.boundsNs.count, durationNs > Self.boundsNs[bucket] { bucket += 1 }
        durations[bucket] &+= 1
        if let failure { byFailure[Int(failure.rawValue)] &+= 1 }
    }

    /// A tunnel is over.
    mutating func countTunnelEnd(_ end: TunnelEnd, toOrigin: UInt64, toClient: UInt64) {
        byEnd[end.rawValue] &+= 1
        tunnelBytesToOrigin &+= toOrigin
        tunnelBytesToClient &+= toClient
    }
}
