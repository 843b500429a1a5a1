import Policy

extension ValueForm<[ListenAddress]> {
    /// One to 64 listen addresses.
    static var listenAddresses: ValueForm {
        .list(
            of: .listenAddress, range: "\(ListenAddress.forms), or a list of 1 to 64", count: 1...64,
            assemble: { $0 }, elements: { $0 })
    }
}

extension ValueForm<[DNSServer]> {
    /// At most eight DNS servers.
    static var dnsServers: ValueForm {
        .list(
            of: .dnsServer, range: "a list of up to 8 IP addresses, with `:port` where it is not 53", count: 0...8,
            assemble: { $0 }, elements: { $0 })
    }
}

extension ValueForm<SearchDomains> {
    /// `system`, or at most six domains (the limit of resolv.conf(5) of old, kept so that a typo cannot cost a storm).
    static var searchDomains: ValueForm {
        .list(
            of: .domain, range: "`system`, or a list of up to 6 domains", count: 0...6, word: ("system", .system),
            assemble: { .list($0) },
            elements: { value in
                switch value {
                case .system: nil
                case .list(let domains): domains
                }
            })
    }
}

extension ValueForm<ConnectPorts> {
    /// `auto`, `any`, or at most 256 ports and ranges.
    static var connectPorts: ValueForm {
        let list = ValueForm.list(
            of: .ports, range: "`auto`, `any`, or a list of ports and ranges as in [443, 8000-8999]", count: 1...256,
            word: ("any", .any), assemble: { .only($0) },
            elements: { value in
                switch value {
                case .auto, .any: nil
                case .only(let ranges): ranges
                }
            })
        return ValueForm(
            type: list.type, range: list.range, write: { $0 == .auto ? "auto" : list.write($0) },
            read: { node throws(NodeProblems) in
                if case .scalar("auto", _) = node { return .auto }
                return try list.read(node)
            })
    }
}

extension ValueForm<ClientNetworks> {
    /// `auto`, `any`, or networks.
    static var clientNetworks: ValueForm {
        let list = ValueForm<[IPNetwork]>.list(
            of: .network, range: "`auto`, `any`, or a list of networks as in [10.0.0.0/8, \"fd00::/8\"]",
            count: 1...10_000, assemble: { $0 }, elements: { $0 })
        return ValueForm(
            type: "networks", range: list.range,
            write: { value in
                switch value {
                case .auto: "auto"
                case .any: "any"
                case .only(let networks): list.write(networks)
                }
            },
            read: { node throws(NodeProblems) in
                switch node {
                case .scalar("auto", _): return .auto
                case .scalar("any", _): return .any
                default: return .only(try list.read(node))
                }
            })
    }
}

extension ValueForm<[NAT64Prefix]> {
    /// At most 16 prefixes.
    static var nat64Prefixes: ValueForm {
        .list(
            of: .nat64Prefix, range: "a list of up to 16 IPv6 prefixes of 32, 40, 48, 56, 64 or 96 bits", count: 0...16,
            assemble: { $0 }, elements: { $0 })
    }
}
