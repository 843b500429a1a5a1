import HTTPWire
import Policy
import Testing

@Suite struct RuleFindingTests {
    private func kinds(_ rules: [Rule], canLogIn: Bool = true, admission: Admission = Admission()) -> [RuleFinding.Kind]
    {
        RuleSet(rules, .elsewhere, admission: admission).findings(canLogIn: canLogIn).map(\.kind)
    }

    private func reference(_ kind: RuleFinding.Kind?) -> Int? {
        switch kind {
        case .redundant(let rule), .unreachable(let rule), .overlaps(let rule): rule.number
        default: nil
        }
    }

    @Test func `a rule behind one that matches everything is unreachable`() {
        let found = kinds([rule(.deny), rule(.allow) { $0.ports = PortSet([8443...8443]) }])
        guard case .unreachable = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(found.count == 1 && reference(found[0]) == 1)
    }

    @Test func `a wider network before a narrower one of the opposite hides it`() {
        func networkRule(_ action: Rule.Action, _ text: String, _ ports: PortSet?) -> Rule {
            rule(action) {
                $0.addresses = AddressCondition(networks: [networks(text)])
                $0.ports = ports
            }
        }
        let ports = PortSet([80...90])
        guard
            case .unreachable = kinds([
                networkRule(.allow, "10.0.0.0/8", ports), networkRule(.deny, "10.1.0.0/16", PortSet([80...80])),
            ]).first
        else {
            Issue.record("not found")
            return
        }
        // Without ports the wider one opens less than the narrower one closes.
        guard
            case .overlaps = kinds([networkRule(.allow, "10.0.0.0/8", nil), networkRule(.deny, "10.1.0.0/16", nil)])
                .first
        else {
            Issue.record("not found")
            return
        }
        // The other way round it is an exception.
        #expect(kinds([networkRule(.deny, "10.1.0.0/16", nil), networkRule(.allow, "10.0.0.0/8", nil)]) == [])
    }

    @Test func `the same again is redundant`() {
        let one = rule(.deny) { $0.names = NameCondition(patterns: [pattern(".example.com")]) }
        let two = rule(.deny) {
            $0.names = NameCondition(patterns: [pattern("*.example.com"), pattern("example.com")])
        }
        guard case .redundant = kinds([one, two]).first else {
            Issue.record("not found")
            return
        }
    }

    @Test func `rules that cross are told`() {
        let one = rule(.deny) {
            $0.names = NameCondition(patterns: [pattern(".example.com")])
            $0.methods = [.connect]
        }
        let two = rule(.allow) { $0.names = NameCondition(patterns: [pattern("a.example.com"), pattern("b.org")]) }
        guard case .overlaps = kinds([one, two]).first else {
            Issue.record("not found")
            return
        }
    }

    @Test func `a rule that opens a metadata service is not hidden by one that does not`() {
        let named = rule(.allow) {
            $0.names = NameCondition(patterns: [pattern("metadata.google.internal")])
            $0.addresses = AddressCondition(networks: [networks("169.254.169.254")])
        }
        #expect(kinds([rule(.allow), named]) == [])
        let wide = rule(.allow) { $0.addresses = AddressCondition(networks: [networks("0.0.0.0/0")]) }
        #expect(
            kinds([wide, rule(.allow) { $0.addresses = AddressCondition(networks: [networks("169.254.169.254")]) }])
                == [])
    }

    @Test func `a rule that only reports hides nothing`() {
        #expect(kinds([rule(.deny) { $0.isReportOnly = true }, rule(.allow)]) == [])
    }

    @Test func `conditions that nothing fulfils are told`() {
        let cases: [(RuleFinding.Condition, (inout Rule) -> Void)] = [
            (.clients, { $0.clients = NetworkList([]) }), (.people, { $0.people = PeopleCondition() }),
            (.methods, { $0.methods = [] }), (.names, { $0.names = NameCondition() }),
            (.addresses, { $0.addresses = AddressCondition() }),
            (.ports, { $0.ports = PortSet([]) }), (.times, { $0.times = [] }),
        ]
        for (condition, change) in cases { #expect(kinds([rule(.deny, change)]) == [.neverHolds(condition)]) }
    }

    @Test func `users are of no use where nobody can log in`() {
        let named = rule(.allow) { $0.people = PeopleCondition(users: ["ann"]) }
        #expect(kinds([named], canLogIn: false) == [.neverHolds(.authentication)])
        #expect(kinds([named]) == [])
    }

    @Test func `clients whom the proxy does not serve are told`() {
        let rules = [rule(.deny) { $0.clients = networks("192.168.0.0/16") }]
        #expect(kinds(rules, admission: Admission(clients: networks("10.0.0.0/8"))) == [.neverHolds(.clients)])
    }

    @Test func `an allowed range with mail ports in it says which it does not open`() {
        let range = rule(.allow) { $0.ports = PortSet([1...500, 25...25]) }
        #expect(kinds([range]) == [.guardedPort(465)])
    }

    @Test func `a rule that opens a mail port is not hidden by a range around it`() {
        let range = rule(.allow) { $0.ports = PortSet([100...1000]) }
        #expect(kinds([range, rule(.allow) { $0.ports = PortSet([587...587]) }]).allSatisfy { reference($0) == nil })
    }

    @Test func `a rule is only called hidden if no request ever gets to it`() {
        var random = SplitMix(seed: 21)
        var hidden = 0
        for _ in 0..<400 {
            let specs = (0..<4).map { RandomRule(line: $0, &random) }
            let set = RuleSet(specs.map(\.rule))
            let claimed = Set(
                set.findings(canLogIn: true).compactMap { finding -> Int? in
                    switch finding.kind {
                    case .redundant, .unreachable: finding.rule.number
                    default: nil
                    }
                })
            hidden += claimed.count
            for _ in 0..<60 {
                let (ask, addresses) = RandomRule.request(&random)
                guard ask.host.text != "metadata.google.internal" else { continue }
                let plain = addresses.filter { $0.ipv4 != nil && !MetadataServices.contains($0) }
                let decision = set.decide(ask, addresses: plain, now: WeekMinute(day: 0, minute: random.below(10080)))
                let deciders = ([decision.reason] + decision.addresses.map(\.reason)).compactMap { reason -> Int? in
                    if case .rule(let reference) = reason { reference.number } else { nil }
                }
                if !claimed.isDisjoint(with: deciders) { Issue.record("\(specs) \(ask) \(deciders) of \(claimed)") }
            }
        }
        #expect(hidden > 50)
    }
}
