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
    /// `any`, or at most 256 ports and ranges.
    static var connectPorts: ValueForm {
        .list(
            of: .ports, range: "`any`, or a list of ports and ranges as in [443, 8000-8999]", count: 1...256,
            word: ("any", .any), assemble: { .only($0) },
            elements: { value in
                switch value {
                case .any: nil
                case .only(let ranges): ranges
                }
            })
    }
}
