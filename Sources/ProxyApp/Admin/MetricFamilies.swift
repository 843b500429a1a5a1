import Engine
import Pool
import Tunnel

/// Every metric of `/metrics`. `docs/admin.md` has the same list.
enum MetricFamilies {
    /// All families for a snapshot, in the order of the page. Labels take few values: never a host name.
    static func all(of snapshot: ProcessSnapshot) -> [MetricFamily] {
        let totals = ProcessTotals(snapshot.loops)
        return process(snapshot) + clients(snapshot) + requests(snapshot, totals) + tunnels(snapshot, totals)
            + logins(snapshot.logins) + pool(totals) + resolver(snapshot.resolver) + resources(snapshot)
    }

    private static func process(_ snapshot: ProcessSnapshot) -> [MetricFamily] {
        [
            MetricFamily(
                "proxyd_build_info", .gauge, "Always 1; the label is the version.", by: "version",
                [(snapshot.version, 1)]),
            MetricFamily("proxyd_uptime_seconds", .gauge, "Time since the start.", snapshot.uptimeS),
            MetricFamily(
                "proxyd_draining", .gauge, "1 while the process takes no new clients and ends the others, else 0.",
                snapshot.isDraining ? 1 : 0),
            MetricFamily("proxyd_loops", .gauge, "Event loops.", Double(snapshot.loops.count)),
        ]
    }

    private static func clients(_ snapshot: ProcessSnapshot) -> [MetricFamily] {
        [
            MetricFamily(
                "proxyd_client_connections", .gauge, "Client connections held now, those of tunnels included.",
                Double(snapshot.connectionsHeld)),
            MetricFamily(
                "proxyd_client_connections_limit", .gauge, "Client connections that may be held at once.",
                Double(snapshot.connectionLimit)),
            MetricFamily(
                "proxyd_client_http_connections", .gauge,
                "Client connections that carry HTTP now; tunnels are not among them.",
                by: "loop", perLoop(snapshot) { Double($0.clientConnections) }),
            MetricFamily(
                "proxyd_client_idle_connections", .gauge, "Client connections that wait for a request.", by: "loop",
                perLoop(snapshot) { Double($0.idleClientConnections) }),
            MetricFamily(
                "proxyd_client_connections_accepted_total", .counter, "Client connections accepted.", by: "loop",
                perLoop(snapshot) { Double($0.acceptedConnections) }),
            MetricFamily(
                "proxyd_accept_pauses_total", .counter,
                "Times that accepting stopped because the system gave no descriptor or memory.", by: "loop",
                perLoop(snapshot) { Double($0.acceptPauses) }),
            MetricFamily(
                "proxyd_client_connections_silent_total", .counter,
                "Client connections closed because not a byte of a first request came in time.", by: "loop",
                perLoop(snapshot) { Double($0.silentConnections) }),
            MetricFamily(
                "proxyd_client_connections_turned_away_total", .counter,
                "Client connections beyond a limit that were told so and closed without a look at their request.",
                by: "loop", perLoop(snapshot) { Double($0.turnedAwayConnections) }),
        ]
    }

    private static func requests(_ snapshot: ProcessSnapshot, _ totals: ProcessTotals) -> [MetricFamily] {
        // A status that is always there keeps the first request of a process visible to rate().
        let statuses = totals.byStatus.merging([200: 0]) { seen, _ in seen }.sorted { $0.key < $1.key }
        return [
            MetricFamily(
                "proxyd_requests_total", .counter,
                "Requests answered or given up, CONNECT included, by the status sent.",
                by: "status", statuses.map { ($0.key == 0 ? "none" : String($0.key), Double($0.value)) }),
            MetricFamily(
                "proxyd_active_requests", .gauge, "Requests being served now.", by: "loop",
                perLoop(snapshot) { Double($0.activeRequests) }),
            MetricFamily(
                "proxyd_request_failures_total", .counter, "Requests that failed, by reason.", by: "reason",
                counted(totals.failures, known: FailureToken.sentences.map(\.token))),
            MetricFamily(
                "proxyd_requests_reused_total", .counter, "Requests that went out on a socket that had served before.",
                Double(totals.reused)),
            MetricFamily(
                "proxyd_requests_retried_total", .counter,
                "Requests sent a second time because a free socket had gone stale.", Double(totals.retried)),
            MetricFamily(
                "proxyd_request_duration_seconds", "Time from a request's head to the end of its response.",
                bounds: LoopCounters.durationBoundsS, counts: totals.durations,
                sum: Double(totals.durationSumNs) / 1_000_000_000),
            MetricFamily(
                "proxyd_body_bytes_total", .counter, "Payload bytes of relayed bodies.", by: "direction",
                [("to_origin", Double(totals.bodyBytesToOrigin)), ("to_client", Double(totals.bodyBytesToClient))]),
            MetricFamily(
                "proxyd_shaped_seconds_total", .counter,
                "Time for which bodies and tunnels were put off to keep to a limit of bytes, all of them together.",
                by: "direction",
                [
                    ("to_origin", Double(totals.heldToOriginMs) / 1_000),
                    ("to_client", Double(totals.heldToClientMs) / 1_000),
                ]),
        ]
    }

    private static func tunnels(_ snapshot: ProcessSnapshot, _ totals: ProcessTotals) -> [MetricFamily] {
        [
            MetricFamily(
                "proxyd_open_tunnels", .gauge, "Tunnels open now.", by: "loop",
                perLoop(snapshot) { Double($0.openTunnels) }),
            MetricFamily(
                "proxyd_half_closed_tunnels", .gauge, "Open tunnels of which one side has ended.", by: "loop",
                perLoop(snapshot) { Double($0.halfClosedTunnels) }),
            MetricFamily(
                "proxyd_tunnels_opened_total", .counter, "Tunnels opened by CONNECT or Upgrade.", Double(totals.tunnels)
            ),
            MetricFamily(
                "proxyd_tunnels_ended_total", .counter, "Tunnels that have ended, by reason.", by: "end",
                counted(totals.tunnelsByEnd, known: TunnelEnd.allCases.map(\.token.description))),
            MetricFamily(
                "proxyd_tunnel_bytes_total", .counter, "Bytes moved by tunnels, open ones included.", by: "direction",
                [("to_origin", Double(totals.tunnelBytesToOrigin)), ("to_client", Double(totals.tunnelBytesToClient))]),
        ]
    }

    /// Where nobody has to log in there are none of them.
    private static func logins(_ figures: LoginFigures?) -> [MetricFamily] {
        guard let figures else { return [] }
        return [
            MetricFamily("proxyd_login_users", .gauge, "Users of the password file in force.", Double(figures.users)),
            MetricFamily(
                "proxyd_login_verifications_total", .counter, "Password hashes computed, by result.", by: "result",
                [("right", Double(figures.verifiedRight)), ("wrong", Double(figures.verifiedWrong))]),
            MetricFamily(
                "proxyd_login_waiting_requests", .gauge, "Requests that wait for a verification now.",
                Double(figures.waiting)),
            MetricFamily(
                "proxyd_login_file_reloads_total", .counter,
                "Changed password and group files, taken or refused for what is wrong with them.", by: "result",
                [("taken", Double(figures.reloads)), ("refused", Double(figures.refusedReloads))]),
        ]
    }

    private static func pool(_ totals: ProcessTotals) -> [MetricFamily] {
        let counts = totals.poolCounters
        return [
            MetricFamily(
                "proxyd_pool_origins", .gauge, "Origins that the pool remembers.", Double(totals.origins.count)),
            MetricFamily(
                "proxyd_pool_sockets", .gauge, "Sockets to origins, by state.", by: "state",
                [
                    ("in_use", Double(totals.socketsInUse)), ("dialling", Double(totals.socketsDialling)),
                    ("free", Double(totals.socketsFree)),
                ]),
            MetricFamily(
                "proxyd_pool_queue_length", .gauge, "Requests that wait for a socket.", Double(totals.requestsWaiting)),
            MetricFamily(
                "proxyd_pool_served_total", .counter,
                "Requests served without a dial: at once by a free socket, or from the queue by one that came free.",
                by: "from", [("free", Double(counts.reused)), ("queue", Double(counts.servedFromQueue))]),
            MetricFamily(
                "proxyd_pool_dials_total", .counter, "Dials that have ended.", by: "result",
                [("connected", Double(counts.dialled)), ("failed", Double(counts.dialsFailed))]),
            MetricFamily(
                "proxyd_pool_unserved_total", .counter, "Requests that left the pool without a socket.", by: "reason",
                [
                    ("timed_out", Double(counts.timedOut)), ("queue_full", Double(counts.rejected)),
                    ("cancelled", Double(counts.cancelled)),
                ]),
            MetricFamily(
                "proxyd_pool_free_sockets_closed_total", .counter, "Free sockets that closed, by reason.", by: "reason",
                [
                    ("idle", Double(counts.idleExpired)), ("surplus", Double(counts.surplusClosed)),
                    ("evicted", Double(counts.evicted)), ("origin_closed", Double(counts.diedIdle)),
                ]),
            MetricFamily(
                "proxyd_pool_loop_questions_total", .counter, "Questions to another loop for a free socket.",
                Double(counts.asked)),
            MetricFamily(
                "proxyd_pool_loop_questions_in_vain_total", .counter, "Those of the questions that found none.",
                Double(counts.askedInVain)),
            MetricFamily(
                "proxyd_pool_sockets_moved_total", .counter, "Free sockets taken over from another loop.",
                Double(counts.received)),
        ]
    }

    private static func resolver(_ statistics: ResolverStatistics) -> [MetricFamily] {
        [
            MetricFamily("proxyd_resolver_cached_names", .gauge, "Names in the cache.", Double(statistics.entries)),
            MetricFamily(
                "proxyd_resolver_lookups_in_flight", .gauge, "Look-ups under way.", Double(statistics.inFlight)),
            MetricFamily(
                "proxyd_resolver_answers_total", .counter,
                "Questions for a name, by what answered: the cache, a cached failure, a look-up under way, or a new one.",
                by: "source",
                [
                    ("cache", Double(statistics.hits)), ("cached_failure", Double(statistics.negativeHits)),
                    ("joined", Double(statistics.coalesced)), ("lookup", Double(statistics.misses)),
                ]),
            MetricFamily(
                "proxyd_resolver_failures_total", .counter, "Look-ups that ended without an address.",
                Double(statistics.failures)),
            MetricFamily(
                "proxyd_resolver_timeouts_total", .counter, "Look-ups that ran out of time.",
                Double(statistics.timeouts)),
            MetricFamily(
                "proxyd_resolver_evictions_total", .counter, "Names dropped from the cache to make room.",
                Double(statistics.evictions)),
        ]
    }

    private static func resources(_ snapshot: ProcessSnapshot) -> [MetricFamily] {
        [
            MetricFamily("proxyd_resident_memory_bytes", .gauge, "Resident memory.", Double(snapshot.residentBytes)),
            MetricFamily(
                "proxyd_blocks_in_use", .gauge, "Buffer blocks in the hands of connections.", by: "loop",
                perLoop(snapshot) { Double($0.blocksInUse) }),
            MetricFamily(
                "proxyd_pipes_in_use", .gauge, "Pipes in the hands of splicing connections.", by: "loop",
                perLoop(snapshot) { Double($0.pipesInUse) }),
            MetricFamily("proxyd_open_descriptors", .gauge, "Open file descriptors.", Double(snapshot.openDescriptors)),
            MetricFamily(
                "proxyd_descriptors_limit", .gauge, "File descriptors that may be open.",
                Double(snapshot.descriptorLimit)),
            MetricFamily(
                "proxyd_access_log_lost_lines_total", .counter,
                "Access log lines lost because their file could not keep up.",
                Double(snapshot.lostLogLines)),
        ]
    }

    private static func perLoop(_ snapshot: ProcessSnapshot, _ value: (LoopSnapshot) -> Double) -> [(String, Double)] {
        snapshot.loops.map { (String($0.index), value($0)) }
    }

    /// Counts by token, with zeros for the known ones: a series that is there from the start has a first rise to alert on.
    private static func counted(_ counts: [String: UInt64], known: [String]) -> [(String, Double)] {
        var all = counts
        for token in known where all[token] == nil { all[token] = 0 }
        return all.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }
}
