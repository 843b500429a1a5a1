/// A request that is allowed or denied by the addresses of its destination.
///
/// Small and immutable: it goes along with a dial and judges each address right before it is used. It belongs to one request
/// of one client; a connection that another client's request opened is judged anew by the address it is connected to.
public struct PendingAccess: Sendable {
    private let rules: RuleSet
    private let port: UInt16
    /// Rules whose other conditions hold, in order.
    private let candidates: [RuleEntry]
    /// What the default has against the request.
    private let obstacle: AccessReason?
    /// Rules that only report, and would have denied it whatever its addresses are.
    public let reports: [RuleReference]

    init(rules: RuleSet, port: UInt16, candidates: [RuleEntry], obstacle: AccessReason?, reports: [RuleReference]) {
        self.rules = rules
        self.port = port
        self.candidates = candidates
        self.obstacle = obstacle
        self.reports = reports
    }

    /// May a connection go to this address? The quick form of ``judge(_:)``.
    public func allows(_ address: IPAddress) -> Bool { judge(address).isAllowed }

    /// May a connection go to this address, and why?
    public func judge(_ address: IPAddress) -> AddressVerdict {
        let facts = rules.classifier.classify(address)
        guard !rules.own.contains(facts, port: port) else {
            return AddressVerdict(facts: facts, isAllowed: false, reason: .ownListener, passedOver: nil, reports: [])
        }
        var passedOver: RuleReference?
        var reports: [RuleReference] = []
        for entry in candidates {
            guard entry.matches(facts, exposure: rules.exposure) else {
                if passedOver == nil, entry.rule.action == .allow, !entry.rule.isReportOnly {
                    passedOver = entry.reference
                }
                continue
            }
            if entry.rule.isReportOnly {
                reports.append(entry.reference)
                continue
            }
            return AddressVerdict(
                facts: facts, isAllowed: entry.rule.action == .allow, reason: .rule(entry.reference), passedOver: nil,
                reports: reports)
        }
        let reason = obstacle ?? defaultReason(facts)
        return AddressVerdict(
            facts: facts, isAllowed: reason == .byDefault, reason: reason,
            passedOver: reason == .byDefault ? nil : passedOver, reports: reports)
    }

    /// Judges all addresses of the destination.
    public func decide(_ addresses: [IPAddress]) -> AccessDecision {
        AccessDecision(addresses.map { judge($0) }, reports: reports)
    }

    private func defaultReason(_ facts: AddressFacts) -> AccessReason {
        if facts.isMetadata { return .metadata }
        return rules.exposure.allows(facts) ? .byDefault : .notPublic
    }
}
