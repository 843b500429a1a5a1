import HTTPWire

/// A rule in its place, with what it means. A class, because a loop over rules as values retains and releases each of their
/// conditions.
final class RuleEntry: Sendable {
    let rule: Rule
    let index: Int

    init(_ rule: Rule, index: Int) {
        self.rule = rule
        self.index = index
    }

    /// What a decision says of it.
    var reference: RuleReference { RuleReference(rule, index: index) }

    /// Does it deny without a look at addresses?
    var deniesAlone: Bool { rule.action == .deny && rule.addresses == nil }

    /// Do all conditions hold that can be judged without the destination's addresses? `portIsOpen` is what the default says.
    func matchesBeforeAddresses(_ request: AccessRequest, now: WeekMinute, portIsOpen: Bool) -> Bool {
        guard matchesPort(request, portIsOpen: portIsOpen) else { return false }
        if let methods = rule.methods, !methods.contains(request.method) { return false }
        if let clients = rule.clients {
            guard let client = request.client, clients.contains(client) else { return false }
        }
        if let people = rule.people, !people.matches(request) { return false }
        if let times = rule.times, !times.contains(where: { $0.contains(now) }) { return false }
        return matchesName(request.host)
    }

    /// Does the condition about addresses hold for this one?
    func matches(_ facts: AddressFacts, exposure: Exposure) -> Bool {
        switch (rule.action, rule.addresses) {
        case (.deny, nil): true
        case (.deny, let addresses?): facts.anyFace { addresses.matchesDenying($0, $1) }
        case (.allow, nil): exposure.allows(facts)
        case (.allow, let addresses?): facts.everyFace { addresses.matchesAllowing($0, $1) }
        }
    }

    private func matchesPort(_ request: AccessRequest, portIsOpen: Bool) -> Bool {
        switch (rule.action, rule.ports) {
        case (.deny, nil): true
        case (.deny, let ports?): ports.contains(request.port)
        case (.allow, nil): portIsOpen
        case (.allow, let ports?): ports.opens(request.port)
        }
    }

    private func matchesName(_ host: CanonicalHost) -> Bool {
        guard host.address == nil else { return rule.names == nil }
        if let names = rule.names, !names.matches(host.text) { return false }
        return rule.action == .deny || Self.opens(name: host.text, rule)
    }

    /// Like its address, the name of a metadata service must be meant by a rule that allows it.
    static func opens(name: String, _ rule: Rule) -> Bool {
        guard MetadataServices.contains(name: name) else { return true }
        return rule.names?.patterns.contains(.exact(name)) ?? false
            || rule.addresses?.classes.contains(.metadata) ?? false
    }
}
