import HTTPWire
import Policy

extension MicroCase {
    /// Who may go where.
    static let access = [
        MicroCase("host-canonical-name", mayAllocate: true) { canonical("www.example.com") },
        MicroCase("host-canonical-address", mayAllocate: true) { canonical("192.0.2.17") },
        MicroCase("rules-none", mayAllocate: true) { decide(rules: 0, addresses: false) },
        MicroCase("rules-100-names", operations: 400, mayAllocate: true) { decide(rules: 100, addresses: false) },
        MicroCase("rules-100-networks", operations: 400, mayAllocate: true) { decide(rules: 100, addresses: true) },
        MicroCase("address-judge-none") { judge(rules: 0) },
        MicroCase("address-classify") { classify() },
        MicroCase("network-list-10000") { findNetwork(among: 10_000) },
        MicroCase("domain-list-10000") { findDomain(among: 10_000) },
    ]

    private static let now = WeekMinute(day: 0, minute: 600)
    private static let client = IPAddress(ipv4: 0x0a00_0005)
    private static let origin = IPAddress(ipv4: 0x5db8_d822)

    private static func canonical(_ text: String) -> Work {
        let bytes = Bytes.kept(text)
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                guard let host = try? CanonicalHost(bytes, isIPv6Literal: false) else {
                    preconditionFailure("the host of the case is not legal")
                }
                sum &+= host.text.utf8.count
            }
            return sum
        }
    }

    /// The default or as many rules, none of which matches: both steps of a decision.
    private static func decide(rules count: Int, addresses: Bool) -> Work {
        let set = ruleSet(count, addresses: addresses)
        let request = request()
        return { operations in
            var allowed = 0
            for _ in 0..<operations {
                guard case .pending(let pending) = set.decideName(request, now: now) else { continue }
                if pending.allows(origin) { allowed &+= 1 }
            }
            precondition(allowed == operations, "a rule of the case matches")
            return allowed
        }
    }

    /// The address of a pooled connection, judged anew.
    private static func judge(rules count: Int) -> Work {
        guard case .pending(let pending) = ruleSet(count, addresses: false).decideName(request(), now: now) else {
            preconditionFailure("the request of the case is denied")
        }
        return { operations in
            var allowed = 0
            for _ in 0..<operations where pending.allows(origin) { allowed &+= 1 }
            return allowed
        }
    }

    private static func classify() -> Work {
        let classifier = AddressClassifier()
        return { operations in
            var sum = 0
            for index in 0..<operations {
                let facts = classifier.classify(IPAddress(ipv4: 0x5db8_0000 | UInt32(truncatingIfNeeded: index)))
                sum &+= facts.isPublic ? 1 : 2
            }
            return sum
        }
    }

    private static func findNetwork(among count: Int) -> Work {
        let list = NetworkList(
            (0..<count).compactMap { IPNetwork(IPAddress(ipv4: 0x0b00_0000 | UInt32($0) << 8), prefixBits: 24) })
        return { operations in
            var found = 0
            for index in 0..<operations
            where list.contains(IPAddress(ipv4: 0x0b00_0000 | UInt32(truncatingIfNeeded: index &* 7919) & 0xff_ffff)) {
                found &+= 1
            }
            return found
        }
    }

    private static func findDomain(among count: Int) -> Work {
        var builder = DomainListBuilder(id: 1)
        builder.add(Bytes.kept((0..<count).map { ".domain-\($0).example\n" }.joined()))
        let list = builder.finish()
        let names = (0..<64).map { Bytes.kept("www.domain-\($0 * 311).example") }
        return { operations in
            var found = 0
            for index in 0..<operations where list.contains(names[index & 63]) { found &+= 1 }
            return found
        }
    }

    private static func request() -> AccessRequest {
        guard let host = try? CanonicalHost(Bytes.kept("www.example.com"), isIPv6Literal: false) else {
            preconditionFailure("the host of the case is not legal")
        }
        return AccessRequest(client: client, method: .get, host: host, port: 80)
    }

    private static func ruleSet(_ count: Int, addresses: Bool) -> RuleSet {
        let rules = (0..<count).map { index in
            var rule = Rule(.deny, line: index + 1)
            if addresses {
                let network = IPNetwork(IPAddress(ipv4: 0xc000_0000 | UInt32(index) << 8), prefixBits: 24)
                rule.addresses = AddressCondition(networks: [NetworkList([network].compactMap { $0 })])
            } else {
                rule.names = NameCondition(patterns: [.domain("denied-\(index).example")])
            }
            return rule
        }
        return RuleSet(
            rules: rules, exposure: .elsewhere, admission: Admission(),
            own: OwnListeners([.init(address: nil, port: 3128)], machineAddresses: [client]))
    }
}
