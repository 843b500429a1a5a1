import CAres
import CLinux
import Glibc

/// `ResolverOptions` in the words of c-ares, and what it has found out about the system.
struct AresSettings {
    /// Shortest time for which one server's answer is awaited.
    private static let minTryMs: UInt64 = 100

    /// The domains behind names with too few dots: appended by us, so that both families are asked of the same name.
    let searchList: SearchList

    /// `address:port` separated by commas, or nil for the system's servers.
    private let servers: String?
    private let tries: Int
    private let budgetMs: UInt64
    /// How many servers share the budget.
    private let serverCount: Int

    /// Reads resolv.conf, by way of c-ares. Throws `.badName` when the servers do not parse, else `.noResources`.
    init(options: ResolverOptions) throws(ResolveError) {
        servers =
            options.servers.isEmpty
            ? nil
            : options.servers.map { $0.with(port: $0.port == 0 ? 53 : $0.port).description }.joined(separator: ",")
        tries = min(max(options.tries, 1), 10)
        budgetMs = options.timeoutMs
        var system: ares_channel?
        guard ares_init(&system) == ARES_SUCCESS, let system else { throw .noResources }
        defer { ares_destroy(system) }
        serverCount = servers == nil ? Self.serverCount(of: system) : options.servers.count
        searchList = Self.searchList(of: system, options)
    }

    /// Time for the first try of each server, so that all tries of all servers fit into nine tenths of the budget, and c-ares
    /// can say what was wrong before it is over: it doubles the time with every round. With search domains, the budget may
    /// end the look-up before the last try.
    private var tryMs: UInt64 {
        let shares = UInt64(serverCount) * ((1 << UInt64(tries)) - 1)
        return min(max(budgetMs / 10 * 9 / shares, Self.minTryMs), 600_000)
    }

    /// A channel that asks the servers for names as they are. Throws `.badName` when the servers do not parse, else
    /// `.noResources`.
    func makeChannel(
        socketState: @escaping ares_sock_state_cb, context: UnsafeMutableRawPointer
    ) throws(ResolveError) -> ares_channel {
        var options = ares_options()
        // HOSTALIASES is a private matter of interactive programs. 1232 bytes pass every path unfragmented (RFC 9715 3).
        options.flags = ARES_FLAG_NOALIASES | ARES_FLAG_EDNS
        // Told not to pass SERVFAIL and REFUSED on, c-ares asks the next server, but forgets which of them it was in the end.
        // With one server there is no next, so it may as well say.
        if serverCount == 1 { options.flags |= ARES_FLAG_NOCHECKRESP }
        options.ednspsz = 1232
        options.timeout = CInt(tryMs)
        options.tries = CInt(tries)
        options.sock_state_cb = socketState
        options.sock_state_cb_data = context
        options.ndomains = 0
        let mask =
            ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS
            | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS
        // "b": DNS only. The hosts file is ours, c-ares would read and parse it for every look-up.
        let lookups = strdup("b")
        defer { free(lookups) }
        options.lookups = lookups
        var made: ares_channel?
        guard ares_init_options(&made, &options, mask) == ARES_SUCCESS, let channel = made else { throw .noResources }
        if let servers, ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS {
            ares_destroy(channel)
            throw .badName
        }
        return channel
    }

    /// How many servers the channel asks.
    private static func serverCount(of channel: ares_channel) -> Int {
        var list: UnsafeMutablePointer<ares_addr_port_node>?
        guard ares_get_servers_ports(channel, &list) == ARES_SUCCESS else { return 1 }
        defer { ares_free_data(list) }
        var count = 0
        var node = list
        while let current = node {
            count += 1
            node = current.pointee.next
        }
        return max(1, count)
    }

    private static func searchList(of channel: ares_channel, _ options: ResolverOptions) -> SearchList {
        let domains = options.searchDomains
        var saved = ares_options()
        var mask: CInt = 0
        guard ares_save_options(channel, &saved, &mask) == ARES_SUCCESS else {
            return SearchList(domains: domains ?? [], minDots: 1, maySearch: options.maySearch)
        }
        defer { ares_destroy_options(&saved) }
        let found = (0..<Int(saved.ndomains)).compactMap { saved.domains?[$0].map { String(cString: $0) } }
        return SearchList(domains: domains ?? found, minDots: Int(saved.ndots), maySearch: options.maySearch)
    }
}
