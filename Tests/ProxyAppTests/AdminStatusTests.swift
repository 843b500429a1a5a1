import Foundation
import Testing

@testable import ProxyApp

@Suite struct AdminStatusTests {
    /// The document as a reader sees it.
    private func read(_ snapshot: ProcessSnapshot) throws -> [String: Any] {
        let text = try #require(StatusDocument(snapshot).json)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func numbers(_ group: String, in document: [String: Any]) throws -> [String: Int] {
        let values = try #require(document[group] as? [String: Any])
        return values.compactMapValues { $0 as? Int }
    }

    @Test func `the process is at the top`() throws {
        let document = try read(AdminSnapshots.busy())
        #expect(document["version"] as? String == "1.2.3")
        #expect(document["uptime_s"] as? Double == 12.346)
        #expect(document["draining"] as? Bool == false)
        #expect(document.keys.count == 16)
    }

    @Test func `draining is told`() throws {
        var snapshot = AdminSnapshots.busy()
        snapshot.isDraining = true
        #expect(try read(snapshot)["draining"] as? Bool == true)
    }

    @Test func `connections are summed over loops, tunnels included where they say so`() throws {
        #expect(
            try numbers("connections", in: read(AdminSnapshots.busy())) == [
                "client_open": 45, "client_http": 24, "client_idle": 13, "client_accepted": 300, "client_limit": 1000,
                "origin_open": 4 + 3 + 20, "accept_pauses": 1,
            ])
    }

    @Test func `requests are summed over loops and split by status and reason`() throws {
        let document = try read(AdminSnapshots.busy())
        #expect(
            try numbers("requests", in: document) == ["total": 6, "active": 4, "reused": 4, "retried": 5])
        let requests = try #require(document["requests"] as? [String: Any])
        #expect(requests["by_status"] as? [String: Int] == ["200": 4, "502": 1, "none": 1])
        #expect(requests["failures"] as? [String: Int] == ["connect_refused": 1, "client_gone": 1])
    }

    @Test func `recent failures of all loops are listed, the newest first`() throws {
        let document = StatusDocument(AdminSnapshots.busy())
        #expect(document.recentFailures.map(\.reason) == ["rule", "client_gone", "connect_refused"])
        #expect(document.recentFailuresOmitted == 41)
        let row = document.recentFailures[0]
        #expect(row.time == "1970-01-01T00:00:03.000Z" && row.client == "10.0.0.1:5" && row.status == 403)
        #expect(row.detail == "rule \"x\"" && row.durationMs == 1.234 && row.request == "0000-0000-0011")
        #expect(row.count == 7 && row.destination == "<b>:80")
        #expect(document.recentFailures[2].detail == "Connection refused")
    }

    @Test func `no more recent failures are listed than there are rows`() throws {
        var snapshot = AdminSnapshots.busy()
        let rows = snapshot.loops[0].recentFailures
        snapshot.loops[0].recentFailures = (0..<100).flatMap { _ in rows }
        #expect(StatusDocument(snapshot).recentFailures.count == StatusDocument.failureLimit)
    }

    @Test func `bytes of open and of ended tunnels are added`() throws {
        let document = try read(AdminSnapshots.busy())
        #expect(
            try numbers("bytes", in: document) == [
                "to_origin": 60, "to_client": 600, "tunnel_to_origin": 1_031, "tunnel_to_client": 2_042,
            ])
        #expect(try numbers("tunnels", in: document) == ["open": 20, "half_closed": 2, "total": 21])
        let tunnels = try #require(document["tunnels"] as? [String: Any])
        #expect(tunnels["by_end"] as? [String: Int] == ["closed": 1, "idle_timeout": 1])
    }

    @Test func `an origin of several loops is one row`() throws {
        let pool = try #require(try read(AdminSnapshots.busy())["pool"] as? [String: Any])
        let rows = try #require(pool["origins"] as? [[String: Any]])
        #expect(rows.count == 2)
        #expect(rows[0]["name"] as? String == "a.example:80")
        #expect(rows[0]["sockets"] as? Int == 4)
        #expect(rows[0]["free_sockets"] as? Int == 2)
        #expect(rows[0]["dialling"] as? Int == 1)
        #expect(rows[0]["requests"] as? Int == 6)
        #expect(rows[1]["name"] as? String == "[2001:db8::1]:8080")
        #expect(pool["requests"] as? Int == 6)
        #expect((pool["counters"] as? [String: Int])?["reused"] == 51)
    }

    @Test func `the busiest hundred origins are listed and the rest is counted`() throws {
        let quiet = (0..<150).map { AdminSnapshots.origin("quiet\($0).example", free: 1) }
        let busy = AdminSnapshots.origin("busy.example", waiting: 1)
        let pool = StatusDocument(AdminSnapshots.pools([quiet + [busy]])).pool
        #expect(pool.origins.count == 100)
        #expect(pool.origins.first?.name == "busy.example:80")
        #expect(pool.originsTotal == 151)
        #expect(pool.originsOmitted == 51)
        #expect(pool.freeSockets == 150)
    }

    @Test func `equally busy origins keep their order from one reading to the next`() {
        let origins = ["c", "a", "b"].map { AdminSnapshots.origin($0, inUse: 1) }
        let names = [origins, origins.reversed()].map {
            StatusDocument(AdminSnapshots.pools([$0])).pool.origins.map(\.name)
        }
        #expect(names == [["a:80", "b:80", "c:80"], ["a:80", "b:80", "c:80"]])
    }

    @Test func `each loop has a row`() throws {
        let loops = try #require(try read(AdminSnapshots.busy())["loops"] as? [[String: Int]])
        #expect(loops.map { $0["index"] } == [0, 1])
        #expect(loops.map { $0["client_connections"] } == [11, 13])
        #expect(loops.map { $0["requests_total"] } == [4, 2])
        #expect(loops.map { $0["pool_sockets"] } == [3, 1])
    }

    @Test func `the resolver and the process's means are there`() throws {
        let document = try read(AdminSnapshots.busy())
        #expect(
            try numbers("resolver", in: document) == [
                "entries": 31, "in_flight": 32, "hits": 33, "negative_hits": 34, "misses": 35, "coalesced": 36,
                "failures": 37, "timeouts": 38, "evictions": 39,
            ])
        #expect(
            try numbers("memory", in: document) == ["rss_bytes": 5_000_000, "blocks_in_use": 9, "pipes_in_use": 8])
        #expect(try numbers("descriptors", in: document) == ["open": 77, "limit": 1024])
        #expect(try numbers("log", in: document) == ["lost_lines": 6])
    }

    @Test func `a host name cannot break out of the document`() throws {
        let name = "a\"},\n<script>\u{0}"
        let document = try read(AdminSnapshots.pools([[AdminSnapshots.origin(name)]]))
        let pool = try #require(document["pool"] as? [String: Any])
        #expect((pool["origins"] as? [[String: Any]])?.first?["name"] as? String == "\(name):80")
    }
}
