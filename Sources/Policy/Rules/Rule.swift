import HTTPWire

/// One line of the access rules: conditions, and what follows when all of them hold.
///
/// A condition that is nil holds always; inside a condition one match is enough. Two things are different for rules that
/// allow: they open what they name and nothing they do not. Without ports a rule allows the ports that the default allows,
/// without networks or classes the destinations that the default allows. And an address with another inside must be named
/// with all of its faces to be allowed, with one of them to be denied.
public struct Rule: Sendable {
    /// What a rule does.
    public enum Action: String, Sendable {
        /// The request goes on.
        case allow
        /// The request is answered 403.
        case deny
    }

    /// What it does.
    public var action: Action
    /// Only note that it would have decided, and go on to the next rule.
    public var isReportOnly = false
    /// Where it is written, from 1; 0 when it is not from a file.
    public var line: Int
    /// The name that the operator gave it.
    public var label: String?

    /// Clients' addresses. A client on a unix socket has none and is in no network.
    public var clients: NetworkList?
    /// Users and groups.
    public var people: PeopleCondition?
    /// Methods.
    public var methods: MethodSet?
    /// Names of destinations. A destination given as an address has no name and matches none.
    public var names: NameCondition?
    /// Addresses of destinations.
    public var addresses: AddressCondition?
    /// Ports.
    public var ports: PortSet?
    /// When it holds; empty is never.
    public var times: [TimeWindow]?

    /// A rule without conditions.
    public init(_ action: Action, line: Int, label: String? = nil) {
        self.action = action
        self.line = line
        self.label = label
    }

    /// Do all conditions hold that can be judged without the destination's addresses?
    func matchesBeforeAddresses(_ request: AccessRequest, now: WeekMinute, exposure: Exposure) -> Bool {
        guard matchesPort(request, exposure: exposure) else { return false }
        if let methods, !methods.contains(request.method) { return false }
        if let clients {
            guard let client = request.client, clients.contains(client) else { return false }
        }
        if let people, !people.matches(request) { return false }
        if let times, !times.contains(where: { $0.contains(now) }) { return false }
        return matchesName(request.host)
    }

    /// Does the condition about addresses hold for this one?
    func matches(_ facts: AddressFacts, exposure: Exposure) -> Bool {
        switch (action, addresses) {
        case (.deny, nil): true
        case (.deny, let addresses?): facts.anyFace { addresses.matchesDenying($0, $1) }
        case (.allow, nil): exposure.allows(facts)
        case (.allow, let addresses?): facts.everyFace { addresses.matchesAllowing($0, $1) }
        }
    }

    private func matchesPort(_ request: AccessRequest, exposure: Exposure) -> Bool {
        switch (action, ports) {
        case (.deny, nil): true
        case (.deny, let ports?): ports.contains(request.port)
        case (.allow, nil):
            !GuardedPorts.contains(request.port)
                && (request.method != .connect || exposure.allowsConnect(to: request.port))
        case (.allow, let ports?): ports.opens(request.port)
        }
    }

    private func matchesName(_ host: CanonicalHost) -> Bool {
        guard host.address == nil else { return names == nil }
        if let names, !names.matches(host.text) { return false }
        return action == .deny || opens(name: host.text)
    }

    /// Like its address, the name of a metadata service must be meant by a rule that allows it.
    func opens(name: String) -> Bool {
        guard MetadataServices.contains(name: name) else { return true }
        return names?.patterns.contains(.exact(name)) ?? false || addresses?.classes.contains(.metadata) ?? false
    }
}
