import CAres
import CLinux
import Glibc

/// `ResolverOptions` in the words of c-ares.
struct AresSettings {
    /// Shortest time for which one server's answer is awaited.
    private static let minTryMs: UInt64 = 100

    /// `address:port` separated by commas, or nil for the system's servers.
    let servers: String?
    /// Nil for the system's domains.
    let domains: [String]?
    let tries: Int
    let budgetMs: UInt64
    /// How many servers share the budget.
    var serverCount = 1
    /// Known after `makeChannel`.
    private(set) var searchesDomains = false

    init(options: ResolverOptions) {
        servers =
            options.servers.isEmpty
            ? nil
            : options.servers.map { $0.with(port: $0.port == 0 ? 53 : $0.port).description }.joined(separator: ",")
        domains = options.searchDomains
        tries = min(max(options.tries, 1), 10)
        budgetMs = options.timeoutMs
        serverCount = max(1, options.servers.count)
    }

    /// Time for the first try of each server, so that all tries of all servers fit into nine tenths of the budget: c-ares
    /// doubles the time with every round. Then a server that answers for A and is silent for AAAA still yields the A records.
    var tryMs: UInt64 {
        let shares = UInt64(serverCount) * ((1 << UInt64(tries)) - 1)
        return min(max(budgetMs / 10 * 9 / shares, Self.minTryMs), 600_000)
    }

    /// A channel of its own. Throws `.badName` when the servers do not parse, else `.noResources`.
    mutating func makeChannel(
        socketState: ares_sock_state_cb?, context: UnsafeMutableRawPointer?
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
        var mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS
        if socketState != nil { mask |= ARES_OPT_SOCK_STATE_CB }
        // "b": DNS only. The hosts file is ours, c-ares would read and parse it for every look-up.
        let lookups = strdup("b")
        var names: [UnsafeMutablePointer<CChar>?] = (domains ?? []).map { strdup($0) }
        defer {
            free(lookups)
            for name in names { free(name) }
        }
        options.lookups = lookups
        if domains != nil {
            mask |= ARES_OPT_DOMAINS
            options.ndomains = CInt(names.count)
        }
        var made: ares_channel?
        let status = names.withUnsafeMutableBufferPointer { names in
            options.domains = names.baseAddress
            return ares_init_options(&made, &options, mask)
        }
        guard status == ARES_SUCCESS, let channel = made else { throw .noResources }
        if let servers, ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS {
            ares_destroy(channel)
            throw .badName
        }
        searchesDomains = Self.domainCount(of: channel) > 0
        return channel
    }

    /// How many servers the channel asks.
    static func serverCount(of channel: ares_channel) -> Int {
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

    private static func domainCount(of channel: ares_channel) -> Int {
        var saved = ares_options()
        var mask: CInt = 0
        guard ares_save_options(channel, &saved, &mask) == ARES_SUCCESS else { return 0 }
        defer { ares_destroy_options(&saved) }
        return Int(saved.ndomains)
    }
}
