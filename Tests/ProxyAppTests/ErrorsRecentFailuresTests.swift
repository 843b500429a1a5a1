import Engine
import Testing

@testable import ProxyApp

/// The table of what failed of late.
@Suite struct ErrorsRecentFailuresTests {
    private func note(
        _ failures: inout RecentFailures, _ kind: FailureKind = .connectRefused, host: String = "a.example",
        port: UInt16 = 80, method: String = "GET", client: SocketAddress = .ipv4(address: 0x7f00_0001, port: 1),
        status: Int = 502, detail: String? = nil, nowMs: UInt64 = 0, wallMs: Int64 = 0
    ) {
        var record = AccessRecord(client: client)
        record.status = status
        record.port = port
        Array(host.utf8).withUnsafeBytes { host in
            Array(method.utf8).withUnsafeBytes { method in
                record.host = host
                record.method = method
                failures.note(
                    record, FailureReport(ProxyError(kind, "x", detail: detail)), nowMs: nowMs, wallMs: { wallMs })
            }
        }
    }

    @Test func `a failure has its row`() {
        var failures = RecentFailures()
        note(&failures, .rule, status: 403, detail: "rule 3", wallMs: 77)
        #expect(failures.rows.count == 1)
        let row = failures.rows[0]
        #expect(row.kind == .rule && row.status == 403 && row.detail == "rule 3" && row.timeMs == 77 && row.count == 1)
        #expect(row.method == "GET" && row.destination == "a.example:80")
    }

    @Test func `the same again is one more in its row, with the latest facts`() {
        var failures = RecentFailures()
        note(&failures, client: .ipv4(address: 1, port: 1), wallMs: 1)
        let first = failures.rows[0].id
        note(&failures, client: .ipv4(address: 1, port: 2), wallMs: 9)
        #expect(failures.rows.count == 1)
        #expect(failures.rows[0].count == 2 && failures.rows[0].timeMs == 9)
        #expect(failures.rows[0].client == .ipv4(address: 1, port: 2) && failures.rows[0].id != first)
    }

    @Test func `another kind, host, port, method or address is another row`() {
        var failures = RecentFailures()
        note(&failures)
        note(&failures, .connectTimeout)
        note(&failures, host: "b.example")
        note(&failures, port: 81)
        note(&failures, method: "POST")
        note(&failures, client: .ipv4(address: 2, port: 1))
        note(&failures, client: .ipv6(high: 1, low: 2, scope: 0, port: 1))
        #expect(failures.rows.count == 7 && failures.rows.allSatisfy { $0.count == 1 })
    }

    @Test func `the row that was touched longest ago gives way`() {
        var failures = RecentFailures()
        for second in 0..<RecentFailures.capacity {
            note(&failures, host: "h\(second)", nowMs: UInt64(second) * 1000)
        }
        note(&failures, host: "h0", nowMs: 100_000)
        note(&failures, host: "new", nowMs: 101_000)
        let hosts = Set(failures.rows.map(\.destination))
        #expect(failures.rows.count == RecentFailures.capacity)
        #expect(hosts.contains("h0:80") && hosts.contains("new:80") && !hosts.contains("h1:80"))
    }

    @Test func `a flood of different failures is let in at a fixed rate`() {
        var failures = RecentFailures()
        for index in 0..<1_000 { note(&failures, host: "h\(index)", nowMs: 5_500) }
        #expect(failures.rows.count == RecentFailures.newRowsPerSecond)
        #expect(failures.omitted == UInt64(1_000 - RecentFailures.newRowsPerSecond))
        note(&failures, host: "later", nowMs: 6_000)
        #expect(failures.rows.contains { $0.destination == "later:80" })
        note(&failures, host: "h0", nowMs: 5_500)
        #expect(
            failures.rows.contains { $0.destination == "h0:80" && $0.count == 2 }, "what is there is always counted")
    }

    @Test func `an address with colons is bracketed, and no target is none`() {
        var failures = RecentFailures()
        note(&failures, host: "::1", port: 443)
        note(&failures, .badTarget, host: "", port: 0)
        #expect(Set(failures.rows.map(\.destination)) == ["[::1]:443", ""])
    }

    @Test func `texts are bounded`() {
        var failures = RecentFailures()
        note(&failures, host: String(repeating: "h", count: 9_000), method: String(repeating: "M", count: 9_000))
        #expect(failures.rows[0].destination.utf8.count < 300 && failures.rows[0].method.utf8.count < 300)
    }
}
