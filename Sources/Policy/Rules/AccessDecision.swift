/// May it be done, what decided, and which addresses may be dialled.
public struct AccessDecision: Hashable, Sendable {
    /// Does the request go on?
    public let isAllowed: Bool
    /// What decided: for an allowed request what allowed its first address, else what denied its first.
    public let reason: AccessReason
    /// One verdict for each address that was asked about, in that order; empty when the name was enough.
    public let addresses: [AddressVerdict]
    /// Rules that only report, and would have decided. Each once.
    public let reports: [RuleReference]

    /// Denied before there were addresses.
    init(denied reason: AccessReason, reports: [RuleReference] = []) {
        isAllowed = false
        self.reason = reason
        addresses = []
        self.reports = reports
    }

    init(_ verdicts: [AddressVerdict], reports early: [RuleReference]) {
        let decisive = verdicts.first { $0.isAllowed } ?? verdicts.first
        isAllowed = decisive?.isAllowed ?? false
        reason = decisive?.reason ?? .noAddress
        addresses = verdicts
        reports = verdicts.reduce(into: early) { all, verdict in
            for report in verdict.reports where !all.contains(report) { all.append(report) }
        }
    }

    /// The addresses that may be dialled, in the order given.
    public var dialable: [IPAddress] { addresses.filter(\.isAllowed).map(\.facts.address) }

    /// The status to answer a denied request with: 403, and 407 only where logging in is what is missing. RFC 9110 15.5.4.
    public var status: Int { reason == .loginRequired ? 407 : 403 }

    /// What `proxyd explain` prints, line by line.
    public var explanation: [String] {
        ["\(isAllowed ? "allowed" : "denied") by \(reason.explanation)"]
            + addresses.map { "  \($0.explanation)" }
            + reports.map { "  \($0) would \($0.action.rawValue) it, but only reports" }
    }
}
