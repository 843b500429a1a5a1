import HTTPWire
import Policy
import Testing

@Suite struct RuleSetPropertyTests {
    @Test(arguments: Exposure.allCases)
    func `random rules decide as a naive reading of the documentation does`(exposure: Exposure) {
        var random = SplitMix(seed: 11)
        var allowed = 0
        for _ in 0..<1500 {
            let specs = (0..<random.below(6)).map { RandomRule(line: $0 + 1, &random) }
            let set = RuleSet(specs.map(\.rule), exposure)
            for _ in 0..<8 {
                let (ask, addresses) = RandomRule.request(&random)
                let now = WeekMinute(day: random.below(7), minute: random.below(1440))
                let decision = set.decide(ask, addresses: addresses, now: now)
                var reports: Set<Int> = []
                for (index, address) in addresses.enumerated() {
                    let wanted = RandomRule.decide(specs, ask, address, day: now.day, exposure)
                    allowed += wanted.isAllowed ? 1 : 0
                    reports.formUnion(wanted.reports)
                    // Without verdicts the name was enough to deny.
                    let verdict = decision.addresses.isEmpty ? nil : decision.addresses[index]
                    if verdict?.isAllowed ?? false != wanted.isAllowed {
                        Issue.record("\(specs) \(ask) \(address) at \(now.day): \(decision.explanation) != \(wanted)")
                    }
                    guard let verdict else { continue }
                    let decider: Int? = if case .rule(let reference) = verdict.reason { reference.number } else { nil }
                    if decider != wanted.decider {
                        Issue.record("\(specs) \(ask) \(address): \(decider as Any) \(wanted)")
                    }
                }
                if !decision.addresses.isEmpty, Set(decision.reports.map(\.number)) != reports {
                    Issue.record("\(specs) \(ask): \(decision.explanation) != \(reports)")
                }
            }
        }
        #expect(allowed > 1000)
    }

    @Test(arguments: Exposure.allCases)
    func `no spelling of a denied address is allowed, whatever the rules are`(exposure: Exposure) {
        var random = SplitMix(seed: 3)
        let cases = AddressOracle.output.addresses.filter { !$0.embedded.isEmpty }
        var denied = 0
        for _ in 0..<600 {
            let specs = (0..<(1 + random.below(5))).map { RandomRule(line: $0 + 1, &random) }
            let set = RuleSet(specs.map(\.rule), exposure, classifier: AddressOracle.classifier)
            var (ask, _) = RandomRule.request(&random)
            let now = WeekMinute(day: random.below(7), minute: 0)
            for _ in 0..<40 {
                let item = random.pick(cases)
                let spelling = ip(item.text)
                // As a number, or as what a name resolves to.
                let isNumeric = ask.host.address != nil
                for inside in item.embedded.map({ ip($0) }) {
                    if isNumeric { ask.host = CanonicalHost(inside) }
                    guard !set.decide(ask, addresses: [inside], now: now).isAllowed else { continue }
                    denied += 1
                    if isNumeric { ask.host = CanonicalHost(spelling) }
                    let decision = set.decide(ask, addresses: [spelling], now: now)
                    if decision.isAllowed {
                        Issue.record("\(specs) \(ask.host) \(decision.explanation), but not \(inside)")
                    }
                }
            }
        }
        #expect(denied > 5000)
    }

    @Test func `elsewhere nothing that Python calls private is allowed by default, in any spelling`() {
        let set = RuleSet([], .elsewhere, classifier: AddressOracle.classifier)
        for item in AddressOracle.output.addresses {
            let ask = AccessRequest(client: nil, method: .get, host: CanonicalHost(ip(item.text)), port: 80)
            let decision = set.decide(ask, addresses: [ip(item.text)], now: WeekMinute(day: 0, minute: 0))
            if decision.isAllowed != item.isPublic { Issue.record("\(item.text): \(decision.explanation)") }
        }
    }

    @Test func `both steps say the same as one, and an open connection is judged like a fresh one`() {
        var random = SplitMix(seed: 5)
        for _ in 0..<500 {
            let specs = (0..<random.below(5)).map { RandomRule(line: $0 + 1, &random) }
            let set = RuleSet(specs.map(\.rule))
            let (ask, addresses) = RandomRule.request(&random)
            let now = WeekMinute(day: 2, minute: 0)
            let decision = set.decide(ask, addresses: addresses, now: now)
            if case .pending(let pending) = set.decideName(ask, now: now) {
                #expect(addresses.filter { pending.allows($0) } == decision.dialable)
            } else {
                #expect(!decision.isAllowed && decision.addresses.isEmpty)
            }
        }
    }
}
