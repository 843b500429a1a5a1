import Engine
import HTTPStack
import HTTPWire
import Pool
import Tunnel

// The one place where an operator's settings become the options of the parts.

extension HeadLimits {
    init(_ limits: Settings.Limits) {
        self.init(requestLineBytes: limits.requestLineBytes, headBytes: limits.headBytes, fields: limits.fields)
    }
}

extension ServerOptions {
    init(_ settings: Settings) {
        self.init()
        limits = HeadLimits(settings.limits)
        headTimeoutMs = UInt64(settings.timeouts.headMs)
        keepAliveTimeoutMs = UInt64(settings.timeouts.keepAliveMs)
        bodyTimeoutMs = UInt64(settings.timeouts.bodyMs)
        bodyWindowMs = UInt64(settings.timeouts.bodyWindowMs)
        bodyWindowBytes = UInt64(settings.limits.bodyWindowBytes)
        writeStallMs = UInt64(settings.timeouts.writeStallMs)
        honoursProxyConnection = true
    }
}

extension AgentOptions {
    /// A burst of answers in one turn frees more sockets than may stay; the next turn's requests want them back.
    private static var surplusGraceMs: Int64 { 1000 }

    init(_ settings: Settings) {
        self.init()
        limits = HeadLimits(settings.limits)
        pool.maxSockets = settings.pool.maxSockets
        pool.maxFreeSockets = settings.pool.maxFreeSockets
        pool.maxQueued = settings.pool.queue
        pool.queueTimeoutMs = Int64(settings.pool.queueWaitMs)
        pool.idleTimeoutMs = Int64(settings.pool.idleMs)
        // Nothing is kept at all when nothing may be.
        pool.freeSurplusGraceMs = settings.pool.maxFreeSockets > 0 ? Self.surplusGraceMs : 0
        responseHeadTimeoutMs = UInt64(settings.timeouts.responseHeadMs)
        bodyTimeoutMs = UInt64(settings.timeouts.bodyMs)
        writeStallMs = UInt64(settings.timeouts.writeStallMs)
    }
}

extension TunnelOptions {
    init(_ timeouts: Settings.Timeouts) {
        self.init(
            idleTimeoutMs: timeouts.tunnelIdleMs.map { UInt64($0) },
            halfClosedTimeoutMs: UInt64(timeouts.tunnelHalfClosedMs))
    }
}

extension TCPOptions {
    init(_ tcp: Settings.TCP) {
        self.init(
            keepAliveIdleS: tcp.keepAliveIdleSeconds, keepAliveIntervalS: tcp.keepAliveIntervalSeconds,
            keepAliveCount: tcp.keepAliveCount, userTimeoutMs: tcp.userTimeoutMs, loopbackPacing: tcp.loopbackPacing)
    }
}

extension ResolverOptions {
    init(_ dns: Settings.DNS) {
        self.init()
        servers = dns.servers.compactMap { SocketAddress(numeric: $0.address, port: $0.port) }
        timeoutMs = UInt64(dns.timeoutMs)
        tries = dns.tries
        cacheEntries = dns.cacheEntries
        maxTTLMs = UInt64(dns.maxTTLMs)
        negativeTTLMs = UInt64(dns.negativeTTLMs)
        hostsFile = dns.hostsFile
        searchDomains =
            switch dns.searchDomains {
            case .system: nil
            case .list(let domains): domains
            }
        family =
            switch dns.family {
            case .any: .any
            case .ipv4: .ipv4
            case .ipv6: .ipv6
            }
    }
}

extension ListenAddress {
    /// The socket addresses to bind: two for every address of the machine, else one.
    var socketAddresses: [SocketAddress] {
        switch self {
        case .everywhere(let port):
            [.ipv4(address: 0, port: port), .ipv6(high: 0, low: 0, scope: 0, port: port)]
        case .ipv4(let host, let port), .ipv6(let host, let port):
            SocketAddress(numeric: host, port: port).map { [$0] } ?? []
        case .unix(let path, _): [.unix(path: path)]
        }
    }

    /// The permission bits of a unix socket.
    var mode: UInt32? {
        if case .unix(_, let mode) = self { return mode.map { UInt32($0) } }
        return nil
    }
}
