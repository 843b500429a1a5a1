import HTTPWire

/// Who may go where. One pure function for every path: absolute-form, CONNECT, Upgrade.
///
/// **The semantics, all of it.** A client outside the client networks is denied, and so is somebody who is not logged in when
/// everybody must be. A destination that is the proxy itself is denied. Then the first rule decides all of whose conditions
/// hold; ``Rule`` says what they mean. When none does the default for the proxy's ``Exposure`` decides. With several
/// addresses each is decided on its own, and the request goes on to those that are allowed.
///
/// A decision has two steps. ``decideName(_:now:)`` looks at everything but addresses and often ends there, without a
/// look-up. Otherwise it returns a ``PendingAccess``, which judges addresses: those that were resolved before they are dialled,
/// and that of an open connection before it is used again.
public final class RuleSet: Sendable {
    /// In the order in which they are tried.
    public var rules: [Rule] { entries.map(\.rule) }
    /// What decides when no rule matches.
    public let exposure: Exposure
    /// Which ports CONNECT may name when no rule matches.
    public let connect: ConnectDefault
    /// Whom the proxy serves.
    public let admission: Admission
    /// Where the proxy never connects to.
    public let own: OwnListeners
    /// Tells what an address is.
    public let classifier: AddressClassifier
    /// What a decision depends on besides host, port, and whether the method is CONNECT. For those who keep decisions.
    public let dependencies: RuleDependencies
    private let entries: [RuleEntry]

    /// A set of rules for a proxy that can be reached as `exposure` says.
    public init(
        rules: [Rule], exposure: Exposure, connect: ConnectDefault = .byExposure, admission: Admission,
        own: OwnListeners, classifier: AddressClassifier = AddressClassifier()
    ) {
        entries = rules.enumerated().map { RuleEntry($1, index: $0) }
        self.exposure = exposure
        self.connect = connect
        dependencies = RuleDependencies(rules)
        self.admission = admission
        self.own = own
        self.classifier = classifier
    }

    /// What the first step brings.
    public enum NameDecision: Sendable {
        /// Denied, whatever the addresses are.
        case denied(AccessDecision)
        /// It depends on the addresses.
        case pending(PendingAccess)
    }

    /// Decides what can be decided without addresses.
    ///
    /// Looks up nothing and allocates only when rules match. `now` is the minute in the offset that the rules are written for.
    public func decideName(_ request: AccessRequest, now: WeekMinute) -> NameDecision {
        guard admission.admits(request.client) else { return .denied(AccessDecision(denied: .clientNetwork)) }
        guard !admission.requiresLogin || request.user != nil else {
            return .denied(AccessDecision(denied: .loginRequired))
        }
        let portObstacle = portObstacle(request)
        var candidates: [RuleEntry] = []
        var reports: [RuleReference] = []
        var mayBeAllowed = false
        var mayBeDecided = false
        for entry in entries where entry.matchesBeforeAddresses(request, now: now, portIsOpen: portObstacle == nil) {
            if entry.rule.isReportOnly {
                // Behind a rule that may decide, whether it would have had its turn depends on the address.
                if entry.deniesAlone, !mayBeDecided {
                    reports.append(entry.reference)
                } else {
                    candidates.append(entry)
                }
            } else if entry.deniesAlone {
                guard mayBeAllowed else {
                    return .denied(AccessDecision(denied: .rule(entry.reference), reports: reports))
                }
                candidates.append(entry)
                break
            } else {
                mayBeAllowed = mayBeAllowed || entry.rule.action == .allow
                mayBeDecided = true
                candidates.append(entry)
            }
        }
        let obstacle = portObstacle ?? nameObstacle(request)
        if let obstacle, !mayBeAllowed { return .denied(AccessDecision(denied: obstacle, reports: reports)) }
        return .pending(
            PendingAccess(rules: self, port: request.port, candidates: candidates, obstacle: obstacle, reports: reports)
        )
    }

    /// May a client's short name be looked up as `name`, which is canonical and what a search domain makes of it?
    ///
    /// Not where a rule denies that by name, whomever and whenever: rules hear of what clients write, and the short name is
    /// another. A rule before it that allows the name to everybody is enough; who is allowed by another writes the whole name.
    public func opensSearch(_ name: String) -> Bool {
        for entry in entries {
            guard let names = entry.rule.names, !entry.rule.isReportOnly, names.matches(name) else { continue }
            if entry.rule.action == .deny { return false }
            if entry.rule.isAboutNamesAlone { return true }
        }
        return true
    }

    /// Both steps at once, for addresses that are known: of a numeric host, or in an explanation.
    public func decide(_ request: AccessRequest, addresses: [IPAddress], now: WeekMinute) -> AccessDecision {
        switch decideName(request, now: now) {
        case .denied(let decision): decision
        case .pending(let pending): pending.decide(addresses)
        }
    }

    /// What the default has against a request's port.
    private func portObstacle(_ request: AccessRequest) -> AccessReason? {
        if request.method == .connect { return connect.obstacle(request.port, exposure) }
        return GuardedPorts.contains(request.port) ? .guardedPort : nil
    }

    /// What the default has against its name, whatever the addresses are.
    private func nameObstacle(_ request: AccessRequest) -> AccessReason? {
        request.host.address == nil && MetadataServices.contains(name: request.host.text) ? .metadata : nil
    }
}
