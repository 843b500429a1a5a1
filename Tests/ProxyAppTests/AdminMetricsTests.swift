import Testing
import Tunnel

@testable import ProxyApp

@Suite struct AdminMetricsTests {
    private static let families = MetricFamilies.all(of: AdminSnapshots.busy())
    private static let lines = AdminAnswer.metrics(AdminSnapshots.busy()).body.split(
        separator: "\n", omittingEmptySubsequences: false)

    private func family(_ name: String) throws -> MetricFamily {
        try #require(Self.families.first { $0.name == name })
    }

    /// Label values (joined) and values of a family.
    private func samples(_ name: String) throws -> [String: Double] {
        let pairs = try family(name).samples.map { ($0.labels.map(\.value).joined(separator: ","), $0.value) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    // MARK: The format

    @Test func `every family begins with its help and its type and has samples of no other`() {
        var lines = Self.lines[...]
        #expect(lines.popLast() == "", "the last line ends with a line feed")
        for family in Self.families {
            #expect(lines.popFirst() == "# HELP \(family.name) \(family.help)")
            #expect(lines.popFirst() == "# TYPE \(family.name) \(family.kind.rawValue)")
            let samples = lines.prefix { !$0.hasPrefix("#") }
            #expect(samples.count == family.samples.count)
            for sample in samples {
                #expect(sample.wholeMatch(of: /[a-z0-9_]+(\{[a-z]+="[^"]*"\})? ([0-9.e+-]+)/) != nil, "\(sample)")
                #expect(sample.hasPrefix(family.name))
            }
            lines = lines.dropFirst(samples.count)
        }
        #expect(lines.isEmpty)
    }

    @Test func `names are unique, ours, and in base units`() {
        #expect(Set(Self.families.map(\.name)).count == Self.families.count)
        for name in Self.families.map(\.name) {
            #expect(name.wholeMatch(of: /proxyd_[a-z]+(_[a-z]+)*/) != nil, "\(name)")
            #expect(!name.contains(/_(ms|milliseconds|kib|kilobytes|count|sum|bucket)$/), "\(name)")
        }
    }

    @Test func `counters and only counters end in total`() {
        for family in Self.families {
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
        }
    }

    @Test func `no two samples of a family have the same labels`() {
        for family in Self.families {
            let labels = family.samples.map { "\($0.suffix)\($0.labels)" }
            #expect(Set(labels).count == labels.count, "\(family.name)")
        }
    }

    @Test func `label values and help are escaped`() {
        var text = PrometheusText()
        text.append(MetricFamily("m", .gauge, "a\\b\nc\"d", by: "l", [("x\"y\\z\nw\r\nv", 1)]))
        #expect(
            text.text == "# HELP m a\\\\b\\nc\"d\n# TYPE m gauge\nm{l=\"x\\\"y\\\\z\\nw\r\\nv\"} 1\n")
    }

    @Test func `a family without samples is left out`() {
        var text = PrometheusText()
        text.append(MetricFamily(name: "m", kind: .gauge, help: "h", samples: []))
        #expect(text.text == "")
    }

    @Test(
        arguments: [
            (0, "0"), (-3, "-3"), (0.0025, "0.0025"), (1e15, "1000000000000000"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"),
            (.nan, "NaN"), (1e300, "1e+300"),
        ] as [(Double, String)])
    func `numbers are written as the format has them`(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    // MARK: The figures

    @Test func `requests are counted by status`() throws {
        #expect(try samples("proxyd_requests_total") == ["none": 1, "200": 4, "502": 1])
    }

    @Test func `only one name ends in requests_total, so that a sum over it counts each request once`() {
        #expect(Self.families.filter { $0.name.hasSuffix("requests_total") }.count == 1)
    }

    @Test func `the histogram is cumulative and its last bucket is the count`() throws {
        let family = try family("proxyd_request_duration_seconds")
        let buckets = family.samples.filter { $0.suffix == "_bucket" }
        #expect(buckets.map { $0.labels[0].value }.prefix(3) == ["0.001", "0.0025", "0.005"])
        #expect(buckets.last?.labels[0].value == "+Inf")
        #expect(buckets.map(\.value) == [0, 3, 3] + [Double](repeating: 5, count: 11) + [6])
        #expect(family.samples.first { $0.suffix == "_count" }?.value == 6)
        #expect(abs((family.samples.first { $0.suffix == "_sum" }?.value ?? 0) - 60.021) < 1e-9)
    }

    @Test func `known reasons are there with zero from the start`() throws {
        let fresh = MetricFamilies.all(of: AdminSnapshots.fresh())
        let failures = try #require(fresh.first { $0.name == "proxyd_request_failures_total" })
        #expect(failures.samples.count == FailureToken.sentences.count)
        #expect(failures.samples.allSatisfy { $0.value == 0 })
        let ends = try #require(fresh.first { $0.name == "proxyd_tunnels_ended_total" })
        #expect(ends.samples.count == TunnelEnd.allCases.count)
    }

    @Test func `loops are told apart`() throws {
        #expect(try samples("proxyd_client_http_connections") == ["0": 11, "1": 13])
        #expect(try samples("proxyd_client_connections_accepted_total") == ["0": 100, "1": 200])
    }

    @Test func `tunnel bytes do not fall when a tunnel ends`() throws {
        var open = AdminSnapshots.fresh()
        open.loops[0].openTunnelBytesToClient = 500
        var ended = AdminSnapshots.fresh()
        ended.loops[0].counters.countTunnelEnd(.closed, toOrigin: 0, toClient: 500)
        let values = [open, ended].map { snapshot in
            MetricFamilies.all(of: snapshot).first { $0.name == "proxyd_tunnel_bytes_total" }?.samples.map(\.value)
        }
        #expect(values == [[0, 500], [0, 500]])
    }

    @Test func `no label holds a host name`() {
        #expect(!Self.lines.contains { $0.contains("example") || $0.contains("2001") })
    }
}
