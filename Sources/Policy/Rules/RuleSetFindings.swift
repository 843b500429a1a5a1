extension RuleSet {
    /// What is odd about the rules, in their order. Takes time that grows with the square of the number of rules: for
    /// checking a configuration, not for requests.
    public func findings(canLogIn: Bool) -> [RuleFinding] {
        let comparison = RuleComparison()
        let rules = rules
        var findings: [RuleFinding] = []
        for (index, rule) in rules.enumerated() {
            let reference = RuleReference(rule, index: index)
            if let condition = deadCondition(of: rule, canLogIn: canLogIn) {
                findings.append(RuleFinding(rule: reference, kind: .neverHolds(condition)))
                continue
            }
            if rule.action == .allow, let ports = rule.ports {
                for port in GuardedPorts.all where ports.contains(port) && !ports.opens(port) {
                    findings.append(RuleFinding(rule: reference, kind: .guardedPort(port)))
                }
            }
            findings += relations(of: rule, reference, to: rules[..<index], comparison)
        }
        return findings
    }

    /// One rule that hides it whole, or all that hide a part.
    private func relations(
        of rule: Rule, _ reference: RuleReference, to earlierRules: ArraySlice<Rule>, _ comparison: RuleComparison
    ) -> [RuleFinding] {
        var overlaps: [RuleFinding] = []
        for (place, earlier) in earlierRules.enumerated() where !earlier.isReportOnly {
            let other = RuleReference(earlier, index: place)
            if comparison.covers(earlier, rule) {
                let kind: RuleFinding.Kind = earlier.action == rule.action ? .redundant(other) : .unreachable(other)
                return [RuleFinding(rule: reference, kind: kind)]
            }
            // An exception before the rule that it is an exception to is how rules are meant to be written.
            let isException = comparison.isException(earlier, from: rule)
            if earlier.action != rule.action, !isException, comparison.overlaps(earlier, rule) {
                overlaps.append(RuleFinding(rule: reference, kind: .overlaps(other)))
            }
        }
        return overlaps
    }

    private func deadCondition(of rule: Rule, canLogIn: Bool) -> RuleFinding.Condition? {
        if let clients = rule.clients {
            if clients.count == 0 { return .clients }
            if let served = admission.clients, !served.overlaps(clients) { return .clients }
        }
        if let people = rule.people {
            if people.users.isEmpty && people.groups.isEmpty { return .people }
            if !canLogIn { return .authentication }
        }
        if rule.methods?.isEmpty ?? false { return .methods }
        if let names = rule.names, names.patterns.isEmpty, names.lists.allSatisfy({ $0.count == 0 }) { return .names }
        if let addresses = rule.addresses, addresses.classes.isEmpty, addresses.networks.allSatisfy({ $0.count == 0 }) {
            return .addresses
        }
        if rule.ports?.ranges.isEmpty ?? false { return .ports }
        if rule.times?.isEmpty ?? false { return .times }
        return nil
    }
}
