import HTTPWire
import Policy
import Testing

@testable import ProxyApp

@Suite struct AccessRuleTests {
    @Test func `the clock is asked twice a second at most`() {
        var clock = RuleClock(offsetMinutes: 60)
        var asked = 0
        func minute(_ nowMs: UInt64, _ seconds: Int64) -> WeekMinute {
            clock.minute(nowMs: nowMs) {
                asked += 1
                return seconds
            }
        }
        // 1970-01-05 was a Monday.
        let monday: Int64 = 4 * 86_400
        #expect(minute(1000, monday) == WeekMinute(day: 0, minute: 60))
        #expect(minute(1499, monday + 60) == WeekMinute(day: 0, minute: 60))
        #expect(asked == 1)
        #expect(minute(1500, monday + 60) == WeekMinute(day: 0, minute: 61))
        #expect(minute(2000, monday - 3600) == WeekMinute(day: 0, minute: 0), "somebody set it back")
    }

    /// What the settings of `text` say of a request, for listeners at these addresses.
    private static func decide(
        _ text: String, _ line: String, client: String? = "10.0.0.7", user: String? = nil,
        listeners: [IPAddress?] = [nil]
    ) throws -> AccessDecision {
        let settings = try ConfigFile.parse(text, name: "f")
        let rules = RuleAssembly(settings, listeners: listeners, own: OwnListeners([], machineAddresses: []))
            .rules(LoadedLists())
        let words = line.split(separator: " ").map(String.init)
        let question = try AccessQuestion(client: client, user: user, groups: [], method: words[0], target: words[1])
        let request = AccessRequest(
            client: question.client, user: question.user, groups: question.groups, method: question.method,
            host: question.host, port: question.port)
        let addresses = try words.dropFirst(2).map { try #require(IPAddress(parsing: $0)) }
        return rules.decide(request, addresses: addresses, now: WeekMinute(day: 0, minute: 0))
    }

    private static let elsewhere = IPAddress(ipv4: 0)

    @Test(arguments: [
        ("", "CONNECT a.example:8443 8.8.8.8", true, false), ("", "CONNECT a.example:443 8.8.8.8", true, true),
        ("", "CONNECT a.example:443 10.0.0.1", true, false), ("", "GET http://a.example/ 8.8.8.8", true, true),
        ("tunnel: {connect_ports: any}", "CONNECT a.example:8443 8.8.8.8", true, true),
        ("tunnel: {connect_ports: any}", "CONNECT a.example:25 8.8.8.8", false, false),
        ("tunnel: {connect_ports: [25, 443]}", "CONNECT a.example:25 8.8.8.8", false, true),
        ("tunnel: {connect_ports: 1-1000}", "CONNECT a.example:25 8.8.8.8", false, false),
        ("tunnel: {connect_ports: 443}", "CONNECT a.example:8443 8.8.8.8", false, false),
        ("tunnel: {connect_ports: 443}", "GET http://a.example:8443/ 8.8.8.8", false, true),
    ])
    func `defaults are those of the exposure and the ports that are set`(
        text: String, line: String, isExposed: Bool, isAllowed: Bool
    ) throws {
        let listeners = [isExposed ? Self.elsewhere : nil]
        let clients = "access: {clients: any}\n"
        #expect(try Self.decide(clients + text, line, listeners: listeners).isAllowed == isAllowed)
    }

    @Test func `every condition that is written reaches the rule`() throws {
        let conditions = [
            "clients: 10.0.0.7", "users: ann", "names: .a.example", "networks: 8.0.0.0/8", "classes: global",
            "ports: 443",
            "methods: CONNECT", "times: mon",
        ]
        let others = [
            "clients: 10.0.0.8", "users: bob", "names: b.example", "networks: 9.0.0.0/8", "classes: private",
            "ports: 444",
            "methods: GET", "times: tue",
        ]
        for (condition, other) in zip(conditions, others) {
            for (text, denies) in [(condition, true), (other, false)] {
                let decision = try Self.decide(
                    "access: {rules: [{deny: {\(text), label: x}}]}", "CONNECT x.a.example:443 8.8.8.8", user: "ann")
                #expect(decision.isAllowed != denies, "\(text)")
            }
        }
    }

    @Test(arguments: [
        ("GET", "https://a.example/", "for https:// a client opens a tunnel: ask about CONNECT and host:443"),
        ("get", "http://a.example/", "`get` is no method; methods are written in capitals, as in GET"),
        ("CONNECT", "a.example", "`a.example` is no target; CONNECT takes host:port, as in example.com:443"),
        ("GET", "/x", "`/x` is no target; other methods than CONNECT take a URL, as in http://example.com/"),
        (
            "GET", "http://127.1/",
            "`http://127.1/`: The host is an unusual spelling of an IPv4 address: write 127.0.0.1."
        ),
    ])
    func `a question that makes no sense is told so`(method: String, target: String, problem: String) {
        #expect(throws: AccessQuestionProblem(problem)) {
            try AccessQuestion(client: nil, user: nil, groups: [], method: method, target: target)
        }
    }

    @Test func `a denial names the rule by number and label, and never a file`() throws {
        var rule = Rule(.deny, line: 17, label: "no ads")
        rule.names = NameCondition(patterns: [.exact("a.example")])
        let rules = RuleSet(
            rules: [rule], exposure: .loopbackOnly, admission: Admission(), own: OwnListeners([], machineAddresses: []))
        let request = AccessRequest(
            client: nil, method: .get, host: try CanonicalHost(parsing: "a.example"), port: 80)
        let reason = rules.decide(request, addresses: [], now: WeekMinute(day: 0, minute: 0)).reason
        let error = ProxyError(reason, host: "a.example", port: 80)
        #expect(error.status == 403 && error.kind == .rule)
        #expect(error.text.hasPrefix("Rule 1 (\"no ads\") of this proxy denies a.example:80."))
        #expect(error.detail == "denied by rule 1 (line 17, \"no ads\")")
    }
}
