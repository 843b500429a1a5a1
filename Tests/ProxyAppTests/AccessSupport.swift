import Policy

extension RuleSet {
    /// No rules, for a proxy that only its own machine reaches.
    static var nothingSpecial: RuleSet {
        RuleSet(rules: [], exposure: .loopbackOnly, admission: Admission(), own: OwnListeners([], machineAddresses: []))
    }
}
