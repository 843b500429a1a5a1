import Engine

/// Every key of the configuration file: the single source for reading it, for the shipped file and for the tables of
/// the documentation.
enum ConfigSchema {
    /// Group names and what they are about, in the order of the shipped file. The first is the top level.
    static let groups: [(name: String, title: String)] = [
        ("", "Where it listens and who it is"),
        ("access", "Who is served, and where they may go; docs/security.md says what it means"),
        ("authentication", "Who may use it"),
        ("limits", "How much is accepted before it is refused"),
        (
            "client_limits",
            "What each client address may use, IPv6 by /64; exact for the whole process, all off by default"
        ),
        ("user_limits", "What each user who is logged in may use, from all addresses together"),
        ("timeouts", "How long it waits"),
        ("pool", "Connections kept to origins; the numbers hold per origin, for the whole process"),
        ("dns", "How origin names become addresses"),
        ("tcp", "Socket options of client and origin connections"),
        ("tunnel", "CONNECT and Upgrade"),
        ("access_log", "One line per finished exchange"),
        ("error_log", "What the proxy says about itself, on standard error"),
        ("process", "Which rights the process keeps once its listeners are open"),
    ]

    /// All keys, group by group in the order of `groups`.
    static let entries: [ConfigEntry] =
        topLevel + access + authentication + limits + quotas + timeouts + pool + dns + tcp + tunnel + logs + process

    /// The keys of one group, in order.
    static func entries(of group: String) -> [ConfigEntry] { entries.filter { $0.group == group } }

    /// Whether a top-level key opens a group.
    static func isGroup(_ name: String) -> Bool { !name.isEmpty && groups.contains { $0.name == name } }

    private static let topLevel = [
        ConfigEntry("", "listen", \.listen, .listenAddresses, "Where clients connect, one address or a list"),
        ConfigEntry(
            "", "admin", \.admin, ValueForm.listenAddress.orWord("off"),
            "Where health, metrics and state are served; keep it private"),
        ConfigEntry(
            "", "admin_token_file", \.adminTokenFile, ValueForm.absolutePath.orWord("off"),
            "A file with the token that opens state and metrics (`Authorization: Bearer`); needed where `admin` is "
                + "neither on loopback nor a unix socket"),
        ConfigEntry(
            "", "loops", \.loops, .count(0...64, zeroMeans: "one per core"), "Event loops, each on its own thread"),
        ConfigEntry(
            "", "via", \.via, ValueForm.viaName.orWord("off"),
            "The name sent in the `Via` field; a request that names it already is a loop (508), so proxies of a chain "
                + "need different names"),
        ConfigEntry(
            "", "forwarded", \.forwarded, .word,
            "The client's address in `Forwarded` and `X-Forwarded-For`: passed as received, added, replaced or deleted"),
    ]

    private static let authentication = [
        ConfigEntry(
            "authentication", "password_file", \.authentication.passwordFile, ValueForm.absolutePath.orWord("off"),
            "Users and their passwords' hashes, as `htpasswd -B` writes them; with it everybody has to log in (407)"),
        ConfigEntry(
            "authentication", "group_file", \.authentication.groupFile, ValueForm.absolutePath.orWord("off"),
            "Groups for the rules, one per line: `group: user user`"),
        ConfigEntry(
            "authentication", "realm", \.authentication.realm, .realm,
            "What clients show when they ask for user and password"),
        ConfigEntry(
            "authentication", "remember", \.authentication.rememberMs, .durationMs(1_000...86_400_000),
            "How long a login that was right is known without computing its hash again"),
    ]

    private static let limits = [
        ConfigEntry(
            "limits", "request_line", \.limits.requestLineBytes, .sizeBytes(256...32 * 1024),
            "Longest request line (414); at most `limits.head`"),
        ConfigEntry(
            "limits", "head", \.limits.headBytes, .sizeBytes(1_024...60 * 1024),
            "Longest message head, start line and fields together (431 to a client, 502 for an origin)"),
        ConfigEntry("limits", "fields", \.limits.fields, .count(8...1_000), "Most field lines in a head"),
        ConfigEntry(
            "limits", "request_body", \.limits.requestBodyBytes, .sizeBytes(0...1 << 48, zeroMeans: "unlimited"),
            "Longest request body (413)"),
        ConfigEntry(
            "limits", "body_window", \.limits.bodyWindowBytes, .sizeBytes(0...1 << 30, zeroMeans: "no pace"),
            "Least of a request body that must arrive in each `timeouts.body_window` (408)"),
        ConfigEntry(
            "limits", "max_connections", \.limits.maxConnections,
            .count(0...10_000_000, zeroMeans: "as many as the descriptor limit allows"),
            "Most client connections at once"),
    ]

    private static let timeouts = [
        ConfigEntry(
            "timeouts", "head", \.timeouts.headMs, .durationMs(100...600_000),
            "For a client to send a whole request head"),
        ConfigEntry(
            "timeouts", "keep_alive", \.timeouts.keepAliveMs, .durationMs(100...3_600_000),
            "Between a response and the client's next request"),
        ConfigEntry(
            "timeouts", "body", \.timeouts.bodyMs, .durationMs(100...3_600_000),
            "Without one byte of a body that is due, from either side"),
        ConfigEntry(
            "timeouts", "body_window", \.timeouts.bodyWindowMs, .durationMs(100...3_600_000),
            "The window of `limits.body_window`"),
        ConfigEntry(
            "timeouts", "write_stall", \.timeouts.writeStallMs, .durationMs(100...3_600_000),
            "Without one byte taken by a side that has bytes waiting"),
        ConfigEntry(
            "timeouts", "connect", \.timeouts.connectMs, .durationMs(10...600_000),
            "To connect to an origin, over all its addresses"),
        ConfigEntry(
            "timeouts", "connect_attempt", \.timeouts.connectAttemptMs, .durationMs(10...600_000),
            "To connect to one address while others remain; at most `timeouts.connect`"),
        ConfigEntry(
            "timeouts", "connect_stagger", \.timeouts.connectStaggerMs, .durationMs(10...60_000),
            "Until the next address is tried beside one that has not answered yet"),
        ConfigEntry(
            "timeouts", "response_head", \.timeouts.responseHeadMs, .durationMs(100...86_400_000),
            "From the end of a request to the origin's response head (504)"),
        ConfigEntry(
            "timeouts", "continue_wait", \.timeouts.continueWaitMs, .durationMs(10...60_000),
            "For the origin's 100 (Continue) before the body is sent without it"),
        ConfigEntry(
            "timeouts", "tunnel_idle", \.timeouts.tunnelIdleMs, ValueForm.durationMs(1_000...604_800_000).orWord("off"),
            "Without a byte in either direction of a tunnel"),
        ConfigEntry(
            "timeouts", "tunnel_half_closed", \.timeouts.tunnelHalfClosedMs, .durationMs(100...86_400_000),
            "Without a byte in a tunnel that one side has ended"),
        ConfigEntry(
            "timeouts", "shutdown", \.timeouts.shutdownMs, ValueForm.durationMs(0...3_600_000).orWord("auto"),
            "For open work to finish after the order to stop; `auto` is 25s, and 8s as process 1 of a container"),
    ]

    private static let pool = [
        ConfigEntry("pool", "max_sockets", \.pool.maxSockets, .count(1...10_000), "Most sockets to one origin"),
        ConfigEntry(
            "pool", "max_free_sockets", \.pool.maxFreeSockets, .count(0...10_000, zeroMeans: "keep none"),
            "Most free sockets kept for one origin"),
        ConfigEntry("pool", "idle", \.pool.idleMs, .durationMs(100...3_600_000), "How long a free socket is kept"),
        ConfigEntry(
            "pool", "queue", \.pool.queue, .count(0...100_000, zeroMeans: "refuse at once"),
            "Most requests waiting for a socket to one origin (503)"),
        ConfigEntry(
            "pool", "queue_wait", \.pool.queueWaitMs, .durationMs(10...600_000),
            "How long a request waits in that queue (503)"),
    ]

    private static let dns = [
        ConfigEntry(
            "dns", "servers", \.dns.servers, .dnsServers, "Servers to ask, in order; `[]` takes the system's"),
        ConfigEntry(
            "dns", "timeout", \.dns.timeoutMs, .durationMs(100...60_000),
            "Longest a look-up takes, all servers, tries and search domains together"),
        ConfigEntry(
            "dns", "tries", \.dns.tries, .count(1...10), "Tries per server; each waits twice as long as the one before"),
        ConfigEntry(
            "dns", "cache_entries", \.dns.cacheEntries, .count(0...1_000_000, zeroMeans: "no cache"),
            "Most names kept in the cache"),
        ConfigEntry(
            "dns", "max_ttl", \.dns.maxTTLMs, .durationMs(0...86_400_000),
            "Longest an answer is kept, whatever its TTL says"),
        ConfigEntry("dns", "negative_ttl", \.dns.negativeTTLMs, .durationMs(0...600_000), "How long a failure is kept"),
        ConfigEntry(
            "dns", "hosts_file", \.dns.hostsFile, ValueForm.absolutePath.orWord("off"),
            "The hosts file read before asking"),
        ConfigEntry(
            "dns", "search_domains", \.dns.searchDomains, .searchDomains,
            "Domains appended to names without a dot; `[]` appends none"),
        ConfigEntry("dns", "family", \.dns.family, .word, "Address families used"),
    ]

    private static let tcp = [
        ConfigEntry(
            "tcp", "keep_alive_idle", \.tcp.keepAliveIdleSeconds, .durationSeconds(1...32_400),
            "Idle time before the first keep-alive probe, whole seconds"),
        ConfigEntry(
            "tcp", "keep_alive_interval", \.tcp.keepAliveIntervalSeconds, .durationSeconds(1...32_400),
            "Time between probes, whole seconds"),
        ConfigEntry(
            "tcp", "keep_alive_count", \.tcp.keepAliveCount, .count(1...127),
            "Unanswered probes before a connection is dead"),
        ConfigEntry(
            "tcp", "user_timeout", \.tcp.userTimeoutMs, .durationMs(1_000...3_600_000),
            "How long sent bytes may stay unacknowledged"),
        ConfigEntry(
            "tcp", "backlog", \.tcp.backlog, .count(1...65_535),
            "Accept queue of a listener; the kernel caps it at `net.core.somaxconn`"),
        ConfigEntry(
            "tcp", "splice_threshold", \.tcp.spliceThresholdBytes, .sizeBytes(0...1 << 30),
            "Smallest rest of a sized body that moves inside the kernel; tunnels decide by the size of their reads"),
        ConfigEntry(
            "tcp", "loopback_pacing", \.tcp.loopbackPacing, .word,
            "Whether connections within the machine pace what they send where the system's congestion control does (BBR); `off` "
                + "gives them Reno there, which costs less and loses nothing"),
    ]

    private static let tunnel = [
        ConfigEntry(
            "tunnel", "connect_ports", \.tunnel.connectPorts, .connectPorts,
            "Ports CONNECT may name while no rule says otherwise; `auto` is all while only this machine can reach the proxy, else "
                + "443. Mail ports must be listed one by one")
    ]

    private static let logs = [
        ConfigEntry("access_log", "target", \.accessLog.target, .logTarget, "Where the lines go"),
        ConfigEntry("access_log", "format", \.accessLog.format, .word, "How a line is written"),
        ConfigEntry("error_log", "level", \.errorLog.level, .word, "Least important level written"),
    ]

    private static let process = [
        ConfigEntry(
            "process", "user", \.process.user, ValueForm.processUser.orWord("off"),
            "Who the process becomes after it was started as root to open its listeners"),
        ConfigEntry(
            "process", "seccomp", \.process.seccomp, .word,
            "Whether the kernel refuses system calls that the proxy does not make; `auto` warns where it cannot, `on` "
                + "does not start"),
        ConfigEntry(
            "process", "core_dumps", \.process.coreDumps, .word,
            "Whether a crash may leave a core file, which holds credentials, and the same user may trace the process"),
    ]
}
