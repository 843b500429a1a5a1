import Engine

/// The most memory that the process can take under its settings, when every client is hostile and every origin too.
///
/// `docs/security.md` explains the parts and `dev/hostile` holds the process to them. The kernel's socket buffers
/// and pipes are not among them: they have limits of their own.
struct MemoryBound: Sendable, Equatable {
    /// Program, libraries, stacks of threads, and what the allocator keeps.
    let programBytes: Int
    /// All client connections, with the exchanges and origins' connections that they cause.
    let connectionBytes: Int
    /// What loops keep for the next connection: blocks, exchanges, relays, and decisions about destinations.
    let loopBytes: Int
    /// Free sockets to origins.
    let poolBytes: Int
    /// Names that are known or asked for.
    let resolverBytes: Int
    /// Lines that wait for their file.
    let logBytes: Int
    /// Clients that are known to limits.
    let limitBytes: Int

    /// All of them.
    var totalBytes: Int {
        programBytes + connectionBytes + loopBytes + poolBytes + resolverBytes + logBytes + limitBytes
    }

    /// Most client connections, and the bound for each of them.
    let connections: Int
    let bytesPerConnection: Int

    /// The bound for `descriptors` that may be open and so many loops.
    init(_ settings: Settings, descriptors: Int, loops: Int) {
        let possible = ConnectionBudget.limit(forDescriptors: descriptors)
        let wanted = settings.limits.maxConnections
        connections = wanted > 0 ? min(wanted, possible) : possible
        let heads = Self.headBytes(settings.limits)
        bytesPerConnection = Self.mostBlocks * Self.blockBytes + heads.exchange + heads.originMessage + Self.objects
        connectionBytes = (connections + ConnectionBudget.overflowPlaces) * bytesPerConnection
        programBytes = 48 << 20
        loopBytes =
            loops
            * (BufferPool.keptBlocks * Self.blockBytes + Self.keptExchanges * (heads.exchange + Self.objects)
                + DestinationTable.maxEntries * DestinationTable.entryBytes)
        poolBytes = possible / 2 * (heads.originMessage + Self.objects)
        resolverBytes = settings.dns.cacheEntries * Self.nameBytes + Self.mostLookups * Self.lookupBytes
        logBytes = settings.accessLog.target == .off ? 0 : LogSink.maxWaitingBytes + loops * (128 << 10)
        let quotas = [settings.clientLimits, settings.userLimits].count { $0 != Settings.Quota() }
        limitBytes = quotas * LimitLedger.mostBytes(connections: connections)
    }

    /// Blocks of one connection at most: a read from each side, and for each side output of a head and a read, which can touch
    /// three. A tunnel has four.
    private static let mostBlocks = 8
    /// A block, and what its alignment costs.
    private static let blockBytes = 68 << 10
    /// Sockets, connections, requests and timers of both sides.
    private static let objects = 6 << 10
    /// Exchanges and relays that a loop keeps.
    private static let keptExchanges = 128
    /// A name in the cache with its addresses.
    private static let nameBytes = 1536
    /// Look-ups at once, and each of them.
    private static let mostLookups = 4096
    private static let lookupBytes = 4 << 10

    /// Of heads: what an exchange keeps of the client's (as received, as forwarded, its first line), and what is kept of an
    /// origin's. Memory for bytes grows by doubling; tables are for heads and trailers.
    private static func headBytes(_ limits: Settings.Limits) -> (exchange: Int, originMessage: Int) {
        let tables = 2 * limits.fields * 12 + 1024
        let received = 2 * limits.headBytes
        let forwarded = 2 * (limits.headBytes + ForwardedHead.slack)
        return (received + forwarded + 2 * limits.requestLineBytes + tables, received + tables)
    }
}

extension MemoryBound: CustomStringConvertible {
    /// In whole MiB, for a person.
    var description: String {
        "\((totalBytes + (1 << 20) - 1) >> 20) MiB for \(connections) connections of \((bytesPerConnection + 1023) >> 10) KiB"
    }
}

extension ProxyApp {
    /// The most memory that the proxy takes under these settings, on this machine and under the descriptor limit of this process.
    public static func memoryBound(of settings: Settings) -> String {
        let loops = settings.loops > 0 ? settings.loops : ProcessLimits.coreCount
        let descriptors = ProcessLimits.raiseDescriptorLimit()
        return MemoryBound(settings, descriptors: descriptors, loops: loops).description
    }
}
