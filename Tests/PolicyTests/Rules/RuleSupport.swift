import HTTPWire
import Policy

func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(parsing: text) else { fatalError("\(text) is no address") }
    return address
}

func networks(_ texts: String...) -> NetworkList {
    NetworkList(
        texts.map { text in
            guard let network = try? IPNetwork(parsing: text) else { fatalError("\(text) is no network") }
            return network
        })
}

func pattern(_ text: String) -> NamePattern {
    guard let pattern = try? NamePattern(parsing: text) else { fatalError("\(text) is no pattern") }
    return pattern
}

func host(_ text: String) -> CanonicalHost {
    guard let host = try? CanonicalHost(parsing: text) else { fatalError("\(text) is no host") }
    return host
}

func request(
    _ method: HTTPWire.Method = .connect, _ name: String = "example.com", _ port: UInt16 = 443,
    client: String? = "192.0.2.7",
    user: String? = nil, groups: Set<String> = []
) -> AccessRequest {
    AccessRequest(
        client: client.map { ip($0) }, user: user, groups: groups, method: method, host: host(name), port: port)
}

func rule(_ action: Rule.Action, line: Int = 1, _ change: (inout Rule) -> Void = { _ in }) -> Rule {
    var rule = Rule(action, line: line)
    change(&rule)
    return rule
}

extension RuleSet {
    convenience init(
        _ rules: [Rule] = [], _ exposure: Exposure = .elsewhere, admission: Admission = Admission(),
        own: [OwnListeners.Listener] = [], classifier: AddressClassifier = AddressClassifier()
    ) {
        self.init(
            rules: rules, exposure: exposure, admission: admission, own: OwnListeners(own, machineAddresses: []),
            classifier: classifier)
    }

    func decide(_ request: AccessRequest, _ addresses: String...) -> AccessDecision {
        decide(request, addresses: addresses.map { ip($0) }, now: WeekMinute(day: 0, minute: 600))
    }
}
