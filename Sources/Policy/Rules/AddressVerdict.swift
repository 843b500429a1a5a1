/// May one address be dialled, and why.
public struct AddressVerdict: Hashable, Sendable {
    /// The address and what it is.
    public let facts: AddressFacts
    /// May it be dialled?
    public let isAllowed: Bool
    /// What decided.
    public let reason: AccessReason
    /// A rule that would have allowed the request but does not open this kind of destination.
    public let passedOver: RuleReference?
    /// Rules that only report, and would have decided.
    public let reports: [RuleReference]

    /// `10.1.2.3 (private, RFC 1918): denied by rule 3 (line 17)`.
    public var explanation: String {
        var text = "\(facts.explanation): \(isAllowed ? "allowed" : "denied") by \(reason.explanation)"
        if let passedOver { text += "; \(passedOver) allows the request, but names no such network or class" }
        return text
    }
}
