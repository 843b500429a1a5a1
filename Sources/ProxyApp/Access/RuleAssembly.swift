import Policy

/// Makes the rules that loops ask from what the configuration says, the listeners, and the lists that were read.
struct RuleAssembly: Sendable {
    private let access: Settings.Access
    private let connectPorts: ConnectPorts
    private let requiresLogin: Bool
    private let exposure: Exposure
    private let own: OwnListeners

    /// For a proxy with these settings and listeners. `listeners` holds nil for a unix socket.
    init(_ settings: Settings, listeners: [IPAddress?], own: OwnListeners) {
        access = settings.access
        connectPorts = settings.tunnel.connectPorts
        requiresLogin = settings.authentication.passwordFile != nil
        exposure = Exposure(listeners: listeners)
        self.own = own
    }

    /// The set of rules. A list that is not in `lists` is empty.
    func rules(_ lists: LoadedLists) -> RuleSet {
        RuleSet(
            rules: access.rules.map { Self.rule($0, lists) }, exposure: exposure, connect: connect,
            admission: Admission(clients: clients, requiresLogin: requiresLogin), own: own,
            classifier: AddressClassifier(nat64Prefixes: access.nat64Prefixes))
    }

    private var connect: ConnectDefault {
        switch connectPorts {
        case .auto: .byExposure
        case .any: .any
        case .only(let ranges): .only(PortSet(ranges))
        }
    }

    /// Nil serves all.
    private var clients: NetworkList? {
        switch access.clients {
        case .auto, .any: nil
        case .only(let networks): NetworkList(networks)
        }
    }

    private static func rule(_ written: AccessRule, _ lists: LoadedLists) -> Rule {
        var rule = Rule(written.action, line: written.place.line, label: written.label)
        rule.isReportOnly = written.isReportOnly
        rule.clients = written.clients.map { NetworkList($0) }
        if written.users != nil || written.groups != nil {
            rule.people = PeopleCondition(users: Set(written.users ?? []), groups: Set(written.groups ?? []))
        }
        rule.methods = written.methods.map { MethodSet($0) }
        rule.names = written.names.map { names($0, lists) }
        if written.networks != nil || written.classes != nil {
            rule.addresses = addresses(written.networks ?? [], written.classes ?? [], lists)
        }
        rule.ports = written.ports.map { PortSet($0) }
        rule.times = written.times
        return rule
    }

    private static func names(_ items: [AccessItem<NamePattern>], _ lists: LoadedLists) -> NameCondition {
        var condition = NameCondition()
        for item in items {
            switch item {
            case .own(let pattern): condition.patterns.append(pattern)
            case .list(let name): lists.names[name].map { condition.lists.append($0) }
            }
        }
        return condition
    }

    private static func addresses(
        _ items: [AccessItem<IPNetwork>], _ classes: [AddressClass], _ lists: LoadedLists
    ) -> AddressCondition {
        var condition = AddressCondition()
        var own: [IPNetwork] = []
        for item in items {
            switch item {
            case .own(let network): own.append(network)
            case .list(let name): lists.networks[name].map { condition.networks.append($0) }
            }
        }
        if !own.isEmpty { condition.networks.append(NetworkList(own)) }
        for kind in classes { condition.classes.insert(AddressClassSet(kind)) }
        return condition
    }
}
