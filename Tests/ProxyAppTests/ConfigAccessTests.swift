import Policy
import Testing

@testable import ProxyApp

@Suite struct ConfigAccessTests {
    @Test func `a rule's conditions are read`() throws {
        let access = try #require(
            settings(
                of: """
                    access:
                      lists: {ads: {files: [/a]}}
                      rules:
                        - deny:
                            names: [.example.com, list:ads]
                            ports: 8000-8999
                            label: no
                        - allow
                    """)
        ).access
        #expect(access.rules.map(\.action) == [.deny, .allow])
        #expect(access.rules[0].names == [.own(.domain("example.com")), .list("ads")])
        #expect(access.rules[0].ports == [8000...8999])
        #expect(access.rules[0].label == "no")
        #expect(access.rules.map(\.place.line) == [4, 8])
    }

    @Test func `a rule without conditions may be written in three ways`() {
        let texts = ["- deny", "- deny:", "- {deny: {}}"]
        for text in texts {
            #expect(settings(of: "access:\n  rules:\n    \(text)")?.access.rules == [AccessRule(.deny)], "\(text)")
        }
    }

    @Test(arguments: [
        (
            "- {deny: {name: [a.example]}}",
            "f:3:15: access.rules: `name` is nothing that a rule has; did you mean `names`?"
        ),
        ("- {forbid: {}}", "f:3:8: access.rules: `forbid` is neither allow nor deny; write"),
        (
            "- {deny: {}, label: x}",
            "f:3:18: access.rules: `label` stands beside `deny`; a rule is one `allow` or `deny`"
        ),
        (
            "- {deny: {networks: [10.1.2.3/8]}}",
            "f:3:26: access.rules: networks: `10.1.2.3/8`: bits behind the prefix are set"
        ),
        (
            "- {deny: {names: [10.0.0.1]}}",
            "f:3:23: access.rules: names: `10.0.0.1`: an address is listed under networks"
        ),
        (
            "- {deny: {classes: [privat]}}",
            "f:3:25: access.rules: classes: `privat` is no class of addresses; did you mean `private`?"
        ),
        (
            "- {deny: {methods: [get]}}",
            "f:3:25: access.rules: methods: `get` is no method known here; did you mean `GET`?"
        ),
        ("- {deny: {times: [monday]}}", "f:3:23: access.rules: times: `monday` is no time; write days and hours"),
        ("- {deny: {report_only: yes}}", "f:3:28: access.rules: report_only: `yes` is neither true nor false"),
        ("- {deny: {ports: []}}", "f:3:22: access.rules: ports: an empty list; write"),
        ("- {deny: {ports: 1, ports: 2}}", "f:3:25: access.rules: ports: set twice, first in line 3"),
        (
            "- {deny: {names: [list:ads]}}",
            "f:3:8: access.rules: no list of names is called `ads`; define it in access.lists"
        ),
    ])
    func `a rule that is wrong is reported where it is wrong`(rule: String, problem: String) {
        let found = problems(in: "access:\n  rules:\n    \(rule)")
        #expect(found.count == 1 && found[0].hasPrefix(problem), "\(found)")
    }

    @Test func `a list of networks is none of names`() {
        let found = problems(
            in: """
                access:
                  lists: {bad: {files: [/a], format: networks}}
                  rules: [{deny: {names: [list:bad]}}]
                """)
        #expect(
            found == [
                "f:3:12: access.rules: `bad` is a list of networks; write it under networks, or change its format"
            ])
    }

    @Test(arguments: [
        ("[]", "a list where lists belong"), ("{a: /x}", "a: a single value where files belong"),
        ("{a: {format: names}}", "a: no files"), ("{a: {files: [x]}}", "`x` is no absolute path"),
        ("{a: {files: /x, kind: y}}", "a: `kind` is nothing that a list has"),
    ])
    func `a list that is wrong is reported`(list: String, problem: String) {
        let found = problems(in: "access: {lists: \(list)}")
        #expect(found.count == 1 && found[0].contains(problem), "\(found)")
    }

    @Test(arguments: [("\"+05:30\"", 330), ("\"-14:00\"", -840), ("+00:00", 0)])
    func `offsets from UTC are read`(text: String, minutes: Int) {
        #expect(settings(of: "access: {utc_offset: \(text)}")?.access.utcOffsetMinutes == minutes)
    }

    @Test(arguments: ["2", "+2:00", "+14:01", "+02:60", "02:00", "CET"])
    func `other offsets are refused`(text: String) {
        #expect(problems(in: "access: {utc_offset: '\(text)'}").count == 1)
    }

    @Test func `clients are all, or networks`() throws {
        #expect(settings(of: "")?.access.clients == .auto)
        #expect(settings(of: "access: {clients: any}")?.access.clients == .any)
        #expect(
            settings(of: "access: {clients: 10.0.0.0/8}")?.access.clients
                == .only([try IPNetwork(parsing: "10.0.0.0/8")]))
        #expect(problems(in: "access: {clients: []}").count == 1)
    }

    @Test(arguments: [":3128", "0.0.0.0:3128", "192.0.2.1:3128", "'[::]:3128'", "[127.0.0.1:1, ':2']"])
    func `a proxy that others can reach must know whom it serves`(listen: String) {
        let text = "listen: \(listen.hasPrefix(":") ? "'\(listen)'" : listen)\n"
        let found = problems(in: text, toStart: true)
        #expect(found.count == 1 && found[0].hasPrefix("f:1:1: other machines can reach "), "\(found)")
        #expect(problems(in: text + "access: {clients: 10.0.0.0/8}", toStart: true) == [])
        #expect(problems(in: text + "access: {clients: any}", toStart: true) == [])
        #expect(problems(in: text + "authentication: {password_file: /users}", toStart: true) == [])
    }

    @Test(arguments: ["127.0.0.1:1", "127.9.9.9:1", "'[::1]:1'", "unix:/x"])
    func `a proxy for its own machine serves everybody there`(listen: String) {
        #expect(problems(in: "listen: \(listen)", toStart: true) == [])
    }
}
