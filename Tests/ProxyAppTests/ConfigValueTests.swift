import ProxyApp
import Testing

@Suite struct ConfigValueTests {
    @Test(arguments: [
        ("250ms", 250), ("15s", 15_000), ("2m", 120_000), ("1h", 3_600_000), ("100ms", 100),
    ])
    func `a duration is a whole number and its unit`(text: String, milliseconds: Int) {
        #expect(settings(of: "timeouts: {body: \(text)}")?.timeouts.bodyMs == milliseconds)
    }

    @Test(arguments: [
        ("15", "`15` has no unit; write 15s or 15ms, units are ms, s, m and h"),
        ("15S", "`15S` is no duration; write 15s"),
        ("15 s", "`15 s` is no duration; write 15s"),
        ("15sec", "`15sec` has no known unit; units are ms, s, m and h"),
        ("1.5s", "`1.5s` is not whole; use the smaller unit, as in 1500ms"),
        ("-1s", "`-1s` is no duration; write a whole number and its unit, 100ms to 1h"),
        ("s", "`s` is no duration; write a whole number and its unit, 100ms to 1h"),
        ("010s", "`010s` is no duration; write a whole number and its unit, 100ms to 1h"),
        ("٣s", "`٣s` is no duration; write a whole number and its unit, 100ms to 1h"),
        ("off", "`off` is not possible here; write 100ms to 1h"),
        ("99ms", "`99ms` is too small; write 100ms to 1h"),
        ("3601s", "`3601s` is too large; write 100ms to 1h"),
        ("9223372036854775807h", "`9223372036854775807h` is too large; write 100ms to 1h"),
        ("99999999999999999999s", "`99999999999999999999s` is too large; write 100ms to 1h"),
    ])
    func `a bad duration is named with what would be right`(text: String, problem: String) {
        #expect(problems(in: "timeouts:\n  body: \(text)") == ["f:2:9: timeouts.body: \(problem)"])
    }

    @Test func `only durations that say so can be off or automatic`() {
        let read = settings(of: "timeouts: {tunnel_idle: off, shutdown: 3s}")
        #expect(read?.timeouts.tunnelIdleMs == .some(nil))
        #expect(read?.timeouts.shutdownMs == 3_000)
        #expect(
            problems(in: "timeouts: {tunnel_idle: no}")
                == ["f:1:25: timeouts.tunnel_idle: `no` is no duration; to turn it off write `off`"])
    }

    @Test func `the kernel's keep-alive times are whole seconds`() {
        #expect(settings(of: "tcp: {keep_alive_idle: 2m}")?.tcp.keepAliveIdleSeconds == 120)
        #expect(
            problems(in: "tcp: {keep_alive_idle: 1500ms}")
                == ["f:1:24: tcp.keep_alive_idle: `1500ms` is no whole number of seconds; write 1s to 9h"])
        #expect(
            problems(in: "tcp: {keep_alive_idle: 9999999999999999999h}")
                == ["f:1:24: tcp.keep_alive_idle: `9999999999999999999h` is too large; write 1s to 9h"])
    }

    @Test(arguments: [
        ("4096", 4_096), ("4KiB", 4_096), ("2048B", 2_048), ("32KiB", 32_768),
    ])
    func `a size is bytes or has a binary unit`(text: String, bytes: Int) {
        #expect(settings(of: "limits: {head: \(text), request_line: 256}")?.limits.headBytes == bytes)
    }

    @Test(arguments: [
        ("4k", "`4k` has no known unit; write 4KiB, units are B, KiB, MiB, GiB and TiB"),
        ("4KB", "`4KB` has no known unit; write 4KiB, units are B, KiB, MiB, GiB and TiB"),
        ("4x", "`4x` has no known unit; units are B, KiB, MiB, GiB and TiB"),
        ("lots", "`lots` is no size; write a whole number and its unit, 1KiB to 60KiB"),
        ("61KiB", "`61KiB` is too large; write 1KiB to 60KiB"),
        ("9223372036854775807TiB", "`9223372036854775807TiB` is too large; write 1KiB to 60KiB"),
    ])
    func `a bad size is named with what would be right`(text: String, problem: String) {
        #expect(problems(in: "limits:\n  head: \(text)") == ["f:2:9: limits.head: \(problem)"])
    }

    @Test(arguments: [
        ("0", "`0` is too small"), ("10001", "`10001` is too large"),
        ("99999999999999999999", "`99999999999999999999` is too large"),
        ("0x10", "`0x10` is no whole number"), ("1_000", "`1_000` is no whole number"),
        ("010", "`010` is no whole number"),
        ("1.0", "`1.0` is no whole number"), ("+1", "`+1` is no whole number"), ("many", "`many` is no whole number"),
        ("true", "`true` is no whole number"), ("''", "`` is no whole number"),
    ])
    func `a bad number is named with its range`(text: String, what: String) {
        #expect(
            problems(in: "pool:\n  max_sockets: \(text)")
                == ["f:2:16: pool.max_sockets: \(what); write 1 to 10000"])
    }

    @Test func `a word that is not known brings the words that are`() {
        #expect(
            problems(in: "access_log: {format: jsn}")
                == [
                    "f:1:22: access_log.format: `jsn` is not one of the words known here; "
                        + "did you mean `json`? write one of text, json"
                ])
        #expect(
            problems(in: "error_log: {level: loud}")
                == [
                    "f:1:20: error_log.level: `loud` is not one of the words known here; "
                        + "write one of debug, info, notice, warning, error"
                ])
    }

    @Test func `the access log goes to standard output, a file or nowhere`() {
        #expect(settings(of: "access_log: {target: off}")?.accessLog.target == .off)
        #expect(settings(of: "access_log: {target: stdout}")?.accessLog.target == .stdout)
        #expect(settings(of: "access_log: {target: /var/log/p.log}")?.accessLog.target == .file("/var/log/p.log"))
        #expect(
            problems(in: "access_log: {target: p.log}")
                == ["f:1:22: access_log.target: `p.log` is no log target; write `stdout`, an absolute path, or `off`"])
    }

    @Test func `ports are by exposure, any, one, or a list with ranges`() {
        #expect(settings(of: "tunnel: {connect_ports: auto}")?.tunnel.connectPorts == .auto)
        #expect(settings(of: "tunnel: {connect_ports: any}")?.tunnel.connectPorts == .any)
        #expect(settings(of: "tunnel: {connect_ports: 443}")?.tunnel.connectPorts == .only([443...443]))
        let some = settings(of: "tunnel: {connect_ports: [443, 8000-8999]}")?.tunnel.connectPorts
        #expect(some == .only([443...443, 8000...8999]))
    }

    @Test func `every bad element of a list is reported where it stands`() {
        let advice = "is neither a port nor a range of ports; write 1 to 65535, as in 443 or 8000-8999"
        #expect(
            problems(in: "tunnel:\n  connect_ports:\n    - 0\n    - 443\n    - 9-8\n    - 65536\n    - [1]")
                == [
                    "f:3:7: tunnel.connect_ports: `0` \(advice)",
                    "f:5:7: tunnel.connect_ports: `9-8` \(advice)",
                    "f:6:7: tunnel.connect_ports: `65536` \(advice)",
                    "f:7:7: tunnel.connect_ports: a list where one port belongs; write ports and ranges of ports",
                ])
        #expect(
            problems(in: "tunnel: {connect_ports: []}")
                == [
                    "f:1:25: tunnel.connect_ports: an empty list; "
                        + "write `auto`, `any`, or a list of ports and ranges as in [443, 8000-8999]"
                ])
    }

    @Test func `names servers and search domains are read`() {
        let dns = settings(
            of: "dns: {servers: [1.1.1.1, '[::1]:5353'], search_domains: [Example.net], hosts_file: off}")?.dns
        #expect(dns?.servers == [DNSServer(address: "1.1.1.1"), DNSServer(address: "::1", port: 5353)])
        #expect(dns?.searchDomains == .list(["example.net"]))
        #expect(dns?.hostsFile == .some(nil))
        #expect(settings(of: "dns: {search_domains: []}")?.dns.searchDomains == .list([]))
        #expect(settings(of: "dns: {servers: 9.9.9.9:54}")?.dns.servers == [DNSServer(address: "9.9.9.9", port: 54)])
        #expect(
            problems(in: "dns: {search_domains: [a..b]}")
                == ["f:1:24: dns.search_domains: `a..b` is no domain; write letters, digits and `-`, as in example.net"]
        )
    }

    @Test func `the name in Via is a token`() {
        #expect(settings(of: "via: edge-1")?.via == "edge-1")
        #expect(settings(of: "via: off")?.via == .some(nil))
        #expect(
            problems(in: "via: my proxy")
                == [
                    "f:1:6: via: `my proxy` is no name for `Via`; "
                        + "write 1 to 64 letters, digits, `-`, `.` and the like, no spaces, or `off`"
                ])
        #expect(!problems(in: "via: \"a\\r\\nX: y\"").isEmpty)
    }
}
