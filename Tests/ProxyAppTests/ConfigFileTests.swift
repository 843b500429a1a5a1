import Glibc
import Testing

@testable import ProxyApp

@Suite struct ConfigFileTests {
    @Test(arguments: ["", "\n", "# nothing here\n", "---\n", "{}", "pool:\n  # queue: 1\ndns:\n", "null"])
    func `a file that sets nothing gives the defaults`(text: String) {
        #expect(settings(of: text) == Settings())
    }

    @Test func `the defaults are those promised`() {
        let defaults = Settings()
        #expect(defaults.listen == [.ipv4(host: "127.0.0.1", port: 3128)])
        #expect(defaults.admin == .ipv4(host: "127.0.0.1", port: 3129))
        #expect(defaults.pool.maxSockets == 64)
        #expect(defaults.timeouts.shutdownMs(processID: 1) == 8_000)
        #expect(defaults.timeouts.shutdownMs(processID: 2) == 25_000)
    }

    @Test func `a set shutdown time holds for process 1 too`() {
        var timeouts = Settings.Timeouts()
        timeouts.shutdownMs = 0
        #expect(timeouts.shutdownMs(processID: 1) == 0)
    }

    @Test func `all problems are reported in the order of the file`() {
        let text = """
            listen: 3128
            admn: off
            pool:
              max_sockts: 3
              idle: 15
            limits: [1]
            loops: 65
            """
        #expect(
            problems(in: text) == [
                "f:1:9: listen: `3128` is no listen address; write \"127.0.0.1:3128\", or \":3128\" for all addresses",
                "f:2:1: admn: unknown key; did you mean `admin`?",
                "f:4:3: pool.max_sockts: unknown key; did you mean `max_sockets`?",
                "f:5:9: pool.idle: `15` has no unit; write 15s or 15ms, units are ms, s, m and h",
                "f:6:9: limits: a list where a group of keys belongs; indent `request_line: 8KiB` below it",
                "f:7:8: loops: `65` is too large; write 0 to 64 (0: one per core)",
            ])
    }

    @Test func `an unknown key near nothing brings the keys of its group`() {
        #expect(
            problems(in: "pool: {zebra: 1}")
                == ["f:1:8: pool.zebra: unknown key; pool has max_sockets, max_free_sockets, idle, queue, queue_wait"])
        let top = ConfigSchema.entries(of: "").map(\.name) + ConfigSchema.groups.map(\.name).dropFirst()
        #expect(
            problems(in: "zebra: 1")
                == ["f:1:1: zebra: unknown key; the top level has \(top.joined(separator: ", "))"])
    }

    @Test(arguments: [
        ("accessLog: {}", "f:1:1: accessLog: unknown key; did you mean `access_log`?"),
        ("timeouts: {keepAlive: 1s}", "f:1:12: timeouts.keepAlive: unknown key; did you mean `keep_alive`?"),
        ("timeouts: {ehad: 1s}", "f:1:12: timeouts.ehad: unknown key; did you mean `head`?"),
        ("max_sockets: 1", "f:1:1: max_sockets: unknown key; did you mean `pool.max_sockets`?"),
        ("idle: 1s", "f:1:1: idle: unknown key; did you mean `pool.idle`?"),
        ("head: 1", "f:1:1: head: unknown key; did you mean `limits.head` or `timeouts.head`?"),
    ])
    func `a key that is nearly right brings the right one`(text: String, problem: String) {
        #expect(problems(in: text) == [problem])
    }

    @Test func `a key or group that is set twice is reported and hides nothing else`() {
        let text = """
            pool:
              queue: 1
              queue: 2
              idle: 5
            "pool":
              queue: x
            tcp: {backlog: 1, 'backlog': 2}
            via: a
            via: b
            via: c
            """
        #expect(
            problems(in: text) == [
                "f:3:3: pool.queue: set twice, first in line 2; remove one of them",
                "f:4:9: pool.idle: `5` has no unit; write 5s or 5ms, units are ms, s, m and h",
                "f:5:1: pool: set twice, first in line 1; remove one of them",
                "f:6:3: pool.queue: set twice, first in line 2; remove one of them",
                "f:6:10: pool.queue: `x` is no whole number; write 0 to 100000 (0: refuse at once)",
                "f:7:19: tcp.backlog: set twice, first in line 7; remove one of them",
                "f:9:1: via: set twice, first in line 8; remove one of them",
                "f:10:1: via: set twice, first in line 8; remove one of them",
            ])
    }

    @Test func `a repeated key that cannot be told apart is still a problem`() {
        #expect(
            problems(in: "\"\\x76ia\": a\n\"\\x76ia\": b")
                == ["f:1:1: the key `via` occurs twice; remove one of them"])
    }

    @Test(arguments: [
        ("loops: [1, 2]", "f:1:8: loops: a list where one number belongs; write 0 to 64 (0: one per core)"),
        ("loops: {a: 1}", "f:1:8: loops: a group of keys where one number belongs; write 0 to 64 (0: one per core)"),
        ("loops:", "f:1:7: loops: no value; write 0 to 64 (0: one per core), or remove the key"),
        ("loops: ~", "f:1:8: loops: no value; write 0 to 64 (0: one per core), or remove the key"),
        ("pool: 3", "f:1:7: pool: a single value where a group of keys belongs; indent `max_sockets: 64` below it"),
        ("hello", "f:1:1: the file is a single value; write `key: value` lines, as in `loops: 2`"),
        ("- a", "f:1:1: the file is a list; write `key: value` lines, as in `loops: 2`"),
        ("? [a]\n: 1", "f:1:3: a list or a group stands where a key belongs; write `key: value`"),
    ])
    func `a value of the wrong shape is named with the right one`(text: String, problem: String) {
        #expect(problems(in: text) == [problem])
    }

    @Test func `syntax errors have their place and the likely cause`() {
        let tab = problems(in: "pool:\n\tidle: 3s")
        #expect(tab.count == 1)
        #expect(tab.first?.hasPrefix("f:2:1: not YAML: ") == true, "\(tab)")
        #expect(tab.first?.hasSuffix("; indent with spaces, never with tabs") == true, "\(tab)")

        let bracket = problems(in: "loops: 1\nlisten: [::1]:3128")
        #expect(bracket.count == 1)
        #expect(bracket.first?.hasPrefix("f:2:") == true, "\(bracket)")
        #expect(bracket.first?.hasSuffix("; quote an IPv6 address, as in \"[::1]:3128\"") == true, "\(bracket)")

        let quote = problems(in: "via: \"open\nloops: 1\n")
        #expect(quote.count == 1)
        #expect(quote.first?.contains("not YAML") == true, "\(quote)")

        let second = problems(in: "loops: 1\n---\nloops: 2\n")
        #expect(second.first?.hasPrefix("f:2:1: not YAML: ") == true, "\(second)")

        let control = problems(in: "loops: 1\nvia: \u{7}\n")
        #expect(control.first?.hasPrefix("f:2:6: not YAML: ") == true, "\(control)")
    }

    @Test func `files of other systems are read`() {
        #expect(
            problems(in: "\u{FEFF}loops: 2\r\npool:\r\n  idle: 3\r\n")
                == ["f:3:9: pool.idle: `3` has no unit; write 3s or 3ms, units are ms, s, m and h"])
        #expect(settings(of: "\u{FEFF}loops: 2\r\npool:\r\n  queue: 3\r\n")?.pool.queue == 3)
    }

    @Test func `a problem stays one line of moderate length whatever it quotes`() {
        #expect(
            problems(in: "error_log: {level: \"a\\e[1m\\nb\\u2028\"}") == [
                "f:1:20: error_log.level: `a\\u{1B}[1m\\nb\\u{2028}` is not one of the words known here; "
                    + "write one of debug, info, notice, warning, error"
            ])
        let long = problems(in: "via: " + String(repeating: "v", count: 10_000))
        #expect(long.count == 1)
        #expect(long.first.map { $0.count < 700 } == true)
    }

    @Test func `aliases are read as what they stand for`() {
        #expect(settings(of: "timeouts: {body: &t 5s, head: *t}")?.timeouts.headMs == 5_000)
        #expect(problems(in: "timeouts: {body: &t 5, head: *t}").count == 2)
    }

    @Test func `nesting without end is refused`() {
        #expect(problems(in: String(repeating: "[", count: 100_000)).count == 1)
    }

    @Test func `columns count characters, not bytes`() {
        #expect(
            problems(in: "access_log: {target: /é/ü, format: 1}").first?.hasPrefix("f:1:36: ") == true)
    }

    @Test func `contradictions between keys are reported where the first was set`() {
        #expect(
            problems(in: "limits:\n  head: 1KiB")
                == [
                    "f:2:3: limits.request_line is 8KiB, longer than limits.head with 1KiB; "
                        + "a request line is part of the head: lower the one or raise the other"
                ])
        #expect(
            problems(in: "timeouts: {connect: 2s, connect_attempt: 3s}")
                == [
                    "f:1:25: timeouts.connect_attempt is 3s, longer than timeouts.connect with 2s; "
                        + "one attempt is part of the whole: lower the one or raise the other"
                ])
    }

    @Test func `a refused value is not blamed again by the rules`() {
        #expect(problems(in: "limits: {head: 1KiB, request_line: 1}").count == 1)
    }

    @Test func `a file that cannot be read says why`() {
        #expect(throws: ConfigProblems.self) { try ConfigFile.load("/nonexistent/p.yaml") }
        do throws(ConfigProblems) {
            _ = try ConfigFile.load("/nonexistent/p.yaml")
        } catch {
            #expect(
                error.description == "/nonexistent/p.yaml: cannot be read: No such file or directory; "
                    + "name a file that exists and that this user may read")
        }
        do throws(ConfigProblems) {
            _ = try ConfigFile.load("/")
        } catch {
            #expect(error.description.hasPrefix("/: cannot be read: Is a directory; "), "\(error)")
        }
        do throws(ConfigProblems) {
            _ = try ConfigFile.load("/dev/zero")
        } catch {
            #expect(error.description == "/dev/zero: longer than 1MiB; name a configuration file")
        }
    }

    @Test func `a file that is not UTF-8 says where`() throws {
        var name = Array("/tmp/proxyd-config-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        try #require(file >= 0)
        let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array("loops: 1\nvia: a".utf8) + [0xE9, 0x0A]
        #expect(write(file, bytes, bytes.count) == bytes.count)
        close(file)
        do throws(ConfigProblems) {
            _ = try ConfigFile.load(path)
            Issue.record("read a file that is not UTF-8")
        } catch {
            #expect(error.description == "\(path):2:7: not UTF-8 text; save the file as UTF-8")
        }
    }

    @Test func `differences name what a file changes`() {
        let changed = settings(of: "pool: {queue: 10}\nadmin: off\nlisten: [':80', '[::1]:81']")
        #expect(
            changed?.differences.map(\.description) == [
                "listen: [\":80\", \"[::1]:81\"] (default 127.0.0.1:3128)", "admin: off (default 127.0.0.1:3129)",
                "pool.queue: 10 (default 256)",
            ])
        #expect(Settings().differences.isEmpty)
    }
}
