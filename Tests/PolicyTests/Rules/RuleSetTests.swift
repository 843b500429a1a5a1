import HTTPWire
import Policy
import Testing

@Suite struct RuleSetTests {
    @Test func `the first rule that matches decides`() {
        let rules = RuleSet([
            rule(.deny, line: 3) { $0.names = NameCondition(patterns: [pattern("*.example.com")]) },
            rule(.allow, line: 4), rule(.deny, line: 5),
        ])
        let decision = rules.decide(request(.get, "a.example.com", 80), "8.8.8.8")
        guard case .rule(let reference) = decision.reason else {
            Issue.record("\(decision.reason)")
            return
        }
        #expect(reference.number == 1 && reference.line == 3 && !decision.isAllowed)
        #expect(rules.decide(request(.get, "example.com", 80), "8.8.8.8").isAllowed)
    }

    @Test func `a rule that denies a name decides before a look-up`() {
        let rules = RuleSet([rule(.deny) { $0.names = NameCondition(patterns: [pattern(".example.com")]) }])
        guard case .denied = rules.decideName(request(), now: WeekMinute(day: 0, minute: 0)) else {
            Issue.record("pending")
            return
        }
    }

    @Test func `a name that an earlier rule may allow is looked up`() {
        let rules = RuleSet([
            rule(.allow) { $0.addresses = AddressCondition(networks: [networks("10.0.0.0/8")]) }, rule(.deny),
        ])
        guard case .pending(let pending) = rules.decideName(request(), now: WeekMinute(day: 0, minute: 0)) else {
            Issue.record("denied")
            return
        }
        #expect(pending.allows(ip("10.1.1.1")))
        #expect(!pending.allows(ip("8.8.8.8")))
    }

    @Test func `a search domain leads to no name that a rule denies, unless one before it allows that to everybody`() {
        func names(_ text: String) -> NameCondition { NameCondition(patterns: [pattern(text)]) }
        func opens(_ rules: Rule...) -> Bool { RuleSet(rules).opensSearch("wiki.example.com") }
        let denying = rule(.deny) { $0.names = names(".example.com") }
        let allowing = rule(.allow) { $0.names = names("wiki.example.com") }
        var allowingSome = allowing
        allowingSome.people = PeopleCondition(users: ["ann"])
        var denyingSome = denying
        denyingSome.people = PeopleCondition(users: ["ann"])
        var reporting = denying
        reporting.isReportOnly = true
        #expect(!opens(denying))
        #expect(!opens(denyingSome))
        #expect(!opens(allowingSome, denying))
        #expect(opens(allowing, denying))
        #expect(!opens(denying, allowing))
        #expect(opens(reporting))
        #expect(opens(rule(.deny)), "what is denied by another name is as well by its own")
        #expect(opens(rule(.deny) { $0.names = names(".example.net") }))
    }

    @Test func `each address is decided on its own and only the allowed ones may be dialled`() {
        let rules = RuleSet([rule(.deny) { $0.addresses = AddressCondition(networks: [networks("9.9.9.0/24")]) }])
        let decision = rules.decide(request(), "9.9.9.9", "8.8.8.8", "10.0.0.1")
        #expect(decision.isAllowed)
        #expect(decision.dialable == [ip("8.8.8.8")])
        #expect(decision.addresses.map(\.isAllowed) == [false, true, false])
    }

    @Test func `a rule that allows a name opens no private address, and the verdict says which rule that was`() {
        let rules = RuleSet([rule(.allow, line: 8) { $0.names = NameCondition(patterns: [pattern("evil.example")]) }])
        let decision = rules.decide(request(.get, "evil.example", 80), "10.0.0.1")
        #expect(decision.reason == .notPublic)
        #expect(decision.addresses[0].passedOver?.line == 8)
        #expect(decision.explanation[1].contains("rule 1 (line 8) allows the request"))
    }

    @Test func `a rule that names a network opens it`() {
        let rules = RuleSet([rule(.allow) { $0.addresses = AddressCondition(networks: [networks("10.0.0.0/8")]) }])
        #expect(rules.decide(request(.get, "a.corp", 80), "10.0.0.1").isAllowed)
        #expect(!rules.decide(request(.get, "a.corp", 80), "192.168.0.1").isAllowed)
    }

    @Test func `a rule without ports opens no other port to CONNECT`() {
        let all = rule(.allow) { $0.people = PeopleCondition(users: ["ann"]) }
        let ssh = rule(.allow) { $0.ports = PortSet([22...22]) }
        #expect(
            RuleSet([all]).decide(request(.connect, "a.example", 22, user: "ann"), "8.8.8.8").reason == .connectPort)
        #expect(RuleSet([ssh]).decide(request(.connect, "a.example", 22), "8.8.8.8").isAllowed)
    }

    @Test func `a range around a mail port does not open it, the port by itself does`() {
        let range = rule(.allow) { $0.ports = PortSet([1...1024]) }
        let single = rule(.allow) { $0.ports = PortSet([25...25]) }
        #expect(RuleSet([range]).decide(request(.connect, "a.example", 25), "8.8.8.8").reason == .guardedPort)
        #expect(RuleSet([single]).decide(request(.connect, "a.example", 25), "8.8.8.8").isAllowed)
    }

    @Test func `a network around a metadata service does not open it, its class or address does`() {
        func allow(_ condition: AddressCondition) -> RuleSet {
            RuleSet([rule(.allow) { $0.addresses = condition }], .loopbackOnly)
        }
        let ask = request(.get, "a.example", 80)
        let all = AddressCondition(
            networks: [networks("0.0.0.0/0", "169.254.0.0/16")], classes: [AddressClassSet(.linkLocal)])
        #expect(allow(all).decide(ask, "169.254.169.254").reason == .metadata)
        #expect(allow(all).decide(ask, "169.254.1.1").isAllowed)
        #expect(
            allow(AddressCondition(networks: [networks("169.254.169.254")])).decide(ask, "169.254.169.254").isAllowed)
        let classes: AddressClassSet = [AddressClassSet(.linkLocal), AddressClassSet(.metadata)]
        #expect(allow(AddressCondition(classes: classes)).decide(ask, "169.254.169.254").isAllowed)
    }

    @Test func `a metadata service's name is opened by a rule that means it`() {
        func decide(_ text: String) -> Bool {
            let names = rule(.allow) {
                $0.names = NameCondition(patterns: [pattern(text)])
                $0.addresses = AddressCondition(networks: [networks("169.254.169.254")])
            }
            return RuleSet([names]).decide(request(.get, "metadata.google.internal", 80), "169.254.169.254").isAllowed
        }
        #expect(!decide(".internal"))
        #expect(decide("metadata.google.internal"))
    }

    @Test func `a rule that only reports is noted and decides nothing`() {
        let report = rule(.deny, line: 2) {
            $0.isReportOnly = true
            $0.addresses = AddressCondition(classes: [AddressClassSet(.global)])
        }
        let early = rule(.deny, line: 1) {
            $0.isReportOnly = true
            $0.names = NameCondition(patterns: [pattern(".com")])
        }
        let decision = RuleSet([early, report]).decide(request(), "8.8.8.8", "9.9.9.9")
        #expect(decision.isAllowed)
        #expect(decision.reports.map(\.line) == [1, 2])
    }

    @Test func `a rule behind one that decided does not report`() {
        let report = rule(.deny, line: 2) { $0.isReportOnly = true }
        #expect(RuleSet([rule(.allow), report]).decide(request(), "8.8.8.8").reports == [])
    }

    @Test func `groups, users, clients and methods are conditions`() {
        let rules = RuleSet([
            rule(.deny) {
                $0.people = PeopleCondition(users: ["bob"], groups: ["guests"])
                $0.clients = networks("192.0.2.0/24")
                $0.methods = [.connect, .post]
            }
        ])
        #expect(!rules.decide(request(user: "bob"), "8.8.8.8").isAllowed)
        #expect(!rules.decide(request(user: "eve", groups: ["guests"]), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(user: "eve", groups: ["staff"]), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(user: nil, groups: ["guests"]), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(.get, user: "bob"), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(client: "10.0.0.1", user: "bob"), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(client: nil, user: "bob"), "8.8.8.8").isAllowed)
    }

    @Test func `a destination that is an address has no name`() {
        let rules = RuleSet([rule(.deny) { $0.names = NameCondition(patterns: [pattern(".com")]) }])
        #expect(rules.decide(request(.connect, "8.8.8.8"), "8.8.8.8").isAllowed)
    }

    @Test func `a rule holds at its times`() {
        let rules = RuleSet([rule(.deny) { $0.times = [TimeWindow(parsing: "mon-fri 22:00-06:00")].compactMap { $0 } }])
        func isAllowed(_ day: Int, _ minute: Int) -> Bool {
            rules.decide(request(), addresses: [ip("8.8.8.8")], now: WeekMinute(day: day, minute: minute)).isAllowed
        }
        #expect(!isAllowed(0, 22 * 60))
        #expect(isAllowed(0, 22 * 60 - 1))
        #expect(!isAllowed(5, 5 * 60 + 59))  // Friday's window, on Saturday morning
        #expect(isAllowed(5, 6 * 60))
        #expect(isAllowed(6, 23 * 60))
        #expect(isAllowed(0, 5 * 60))  // Sunday's window is not open
    }

    @Test func `the explanation has the rule with its line, and every address with what it is`() {
        let rules = RuleSet([
            rule(.deny, line: 17) {
                $0.label = "no intranet"
                $0.addresses = AddressCondition(classes: [AddressClassSet(.private)])
            }
        ])
        let lines = rules.decide(request(), "10.1.2.3", "8.8.8.8").explanation
        #expect(
            lines == [
                "allowed by default: no rule matches",
                "  10.1.2.3 (private, RFC 1918): denied by rule 1 (line 17, \"no intranet\")",
                "  8.8.8.8 (global): allowed by default: no rule matches",
            ])
    }
}
