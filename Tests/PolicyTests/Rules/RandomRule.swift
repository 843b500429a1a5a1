import HTTPWire
import Policy

/// A rule from a small world, kept as plain lists next to the real one: what a naive reader of the documentation would do
/// with it is `decide`.
struct RandomRule: CustomStringConvertible {
    let rule: Rule
    private let clients: [String]?
    private let users: [String]?
    private let groups: [String]
    private let methods: [HTTPWire.Method]?
    private let names: [String]?
    private let networks: [String]?
    private let classes: [AddressClass]
    private let ports: [ClosedRange<UInt16>]?
    private let days: [Int]?

    private static let worldNames = ["a.example", "b.a.example", "example", "c.org", "metadata.google.internal"]
    private static let worldAddresses = [
        "8.8.8.8", "10.0.0.1", "10.1.0.1", "127.0.0.1", "169.254.169.254", "2606:4700::1", "fd00::1",
        "64:ff9b::808:808",
        "64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "2606:4700::5efe:a00:1",
    ]
    private static let worldPorts: [UInt16] = [25, 80, 443, 8443]

    init(line: Int, _ random: inout SplitMix) {
        func some<T>(_ items: [T], _ random: inout SplitMix) -> [T]? {
            random.below(3) > 0 ? nil : items.filter { _ in random.below(3) == 0 }
        }
        clients = some(["192.0.2.0/24", "10.0.0.0/8"], &random)
        users = some(["ann", "bob"], &random)
        groups = users == nil ? [] : some(["staff"], &random) ?? []
        methods = some([.get, .connect], &random)
        names = some(["a.example", ".a.example", "*.example", "metadata.google.internal"], &random)
        networks = some(
            ["8.0.0.0/8", "10.0.0.0/8", "10.0.0.1", "169.254.0.0/16", "169.254.169.254", "::/0", "2002::/16"], &random)
        classes =
            networks == nil
            ? [] : some([.global, .private, .loopback, .linkLocal, .metadata, .sixToFour], &random) ?? []
        ports = some([25...25, 1...1000, 443...443, 8443...8443], &random)
        days = some([0, 1, 2, 3, 4, 5, 6], &random)

        var rule = Rule(random.below(2) == 0 ? .allow : .deny, line: line)
        rule.isReportOnly = random.below(5) == 0
        rule.clients = clients.map { NetworkList($0.compactMap { try? IPNetwork(parsing: $0) }) }
        rule.people = users.map { PeopleCondition(users: Set($0), groups: []) }
        rule.people?.groups = Set(groups)
        rule.methods = methods.map { MethodSet($0) }
        rule.names = names.map { NameCondition(patterns: $0.map { pattern($0) }) }
        rule.addresses = networks.map { list in
            // In lists of their own, as from several files.
            AddressCondition(
                networks: list.map { text in NetworkList([try? IPNetwork(parsing: text)].compactMap { $0 }) })
        }
        rule.addresses?.classes = AddressClassSet(classes.map { AddressClassSet($0) })
        rule.ports = ports.map { PortSet($0) }
        rule.times = days.map { $0.compactMap { TimeWindow(days: 1 << UInt8($0), from: 0, to: 1440) } }
        self.rule = rule
    }

    var description: String {
        "\(rule.action) \(clients as Any) \(users as Any) \(names as Any) \(networks as Any) \(classes) \(ports as Any)"
    }

    static func request(_ random: inout SplitMix) -> (AccessRequest, [IPAddress]) {
        let user = random.pick([nil, "ann", "bob", "eve"])
        let numeric = random.below(4) == 0
        let addresses = (0...random.below(3)).map { _ in ip(random.pick(worldAddresses)) }
        let request = AccessRequest(
            client: random.pick([nil, ip("192.0.2.7"), ip("10.9.9.9")]), user: user,
            groups: user == nil || random.below(2) == 0 ? [] : ["staff"], method: random.pick([.get, .connect, .post]),
            host: numeric ? CanonicalHost(addresses[0]) : host(random.pick(worldNames)), port: random.pick(worldPorts))
        return (request, numeric ? [addresses[0]] : addresses)
    }

    // MARK: The naive reading

    /// What the documentation of `Rule` and `Exposure` says, for one address, without any of the code under test but
    /// `classify` and the networks' `contains`, which have tests of their own.
    static func decide(
        _ rules: [RandomRule], _ request: AccessRequest, _ address: IPAddress, day: Int, _ exposure: Exposure
    ) -> (isAllowed: Bool, decider: Int?, reports: [Int]) {
        let facts = AddressClassifier().classify(address)
        var reports: [Int] = []
        for (index, rule) in rules.enumerated() where rule.holds(request, facts, day: day, exposure) {
            if rule.rule.isReportOnly {
                reports.append(index + 1)
            } else {
                return (rule.rule.action == .allow, index + 1, reports)
            }
        }
        let isMetadata = request.host.text == "metadata.google.internal" || facts.isMetadata
        let isOpen = portIsOpen(request, exposure) && !isMetadata && (exposure == .loopbackOnly || facts.isPublic)
        return (isOpen, nil, reports)
    }

    private static func portIsOpen(_ request: AccessRequest, _ exposure: Exposure) -> Bool {
        request.port != 25 && (exposure == .loopbackOnly || request.method != .connect || request.port == 443)
    }

    private func holds(_ request: AccessRequest, _ facts: AddressFacts, day: Int, _ exposure: Exposure) -> Bool {
        if let clients {
            guard let client = request.client, isIn(clients, client) else { return false }
        }
        if let users {
            guard let user = request.user, users.contains(user) || groups.contains(where: request.groups.contains)
            else { return false }
        }
        if let methods, !methods.contains(request.method) { return false }
        if let days, !days.contains(day) { return false }
        let allows = rule.action == .allow
        if let ports {
            guard ports.contains(where: { $0.contains(request.port) }) else { return false }
            if allows, request.port == 25, !ports.contains(25...25) { return false }
        } else if allows, !Self.portIsOpen(request, exposure) {
            return false
        }
        let name = request.host.address == nil ? request.host.text : nil
        if let names {
            guard let name, names.contains(where: { Self.matches($0, name) }) else { return false }
        }
        if allows, name == "metadata.google.internal" {
            guard names?.contains("metadata.google.internal") ?? false || classes.contains(.metadata) else {
                return false
            }
        }
        guard let networks else {
            return !allows || (!facts.isMetadata && (exposure == .loopbackOnly || facts.isPublic))
        }
        let inside = facts.embedded.map { ($0.address, $0.classes) }
        let outer = (facts.address, facts.classes)
        if !allows {
            return (inside + [outer]).contains { address, own in
                isIn(networks, address) || classes.contains { own.contains($0) }
            }
        }
        return (facts.isTranslation ? inside : inside + [outer]).allSatisfy { address, own in
            if own.members.allSatisfy({ classes.contains($0) }) { return true }
            return own.contains(.metadata) ? networks.contains(address.description) : isIn(networks, address)
        }
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
        if pattern.hasPrefix(".") { return name.hasSuffix(pattern) || name == pattern.dropFirst() }
        return name == pattern
    }

    private func isIn(_ texts: [String], _ address: IPAddress) -> Bool {
        texts.contains { text in (try? IPNetwork(parsing: text))?.contains(address) ?? false }
    }
}
