/// A range of addresses with a purpose of its own, and the document that gives it that purpose.
struct SpecialRange: Sendable {
    let network: IPNetwork
    let kind: AddressClass
    let source: String

    private init(_ network: StaticString, _ kind: AddressClass, _ source: String) {
        do throws(IPNetworkError) {
            self.network = try IPNetwork(parsing: network.description)
        } catch { preconditionFailure("special range \(network): \(error.reason)") }
        self.kind = kind
        self.source = source
    }

    /// The registries of special-purpose addresses (IANA, RFC 6890) and of address space, narrowest range first wins.
    ///
    /// Ranges that a registry calls reachable but that only serve a protocol (192.0.0.9, 2001:3::/32) are not listed apart
    /// from the block around them: there is nothing behind them for a client of a proxy.
    static let all: [SpecialRange] = [
        SpecialRange("0.0.0.0/8", .unspecified, "RFC 791 3.2"),
        SpecialRange("10.0.0.0/8", .private, "RFC 1918"),
        SpecialRange("100.64.0.0/10", .shared, "RFC 6598"),
        SpecialRange("127.0.0.0/8", .loopback, "RFC 1122 3.2.1.3"),
        SpecialRange("169.254.0.0/16", .linkLocal, "RFC 3927"),
        SpecialRange("172.16.0.0/12", .private, "RFC 1918"),
        SpecialRange("192.0.0.0/24", .protocol, "RFC 6890 2.1"),
        SpecialRange("192.0.2.0/24", .documentation, "RFC 5737"),
        SpecialRange("192.88.99.0/24", .sixToFour, "RFC 7526"),
        SpecialRange("192.168.0.0/16", .private, "RFC 1918"),
        SpecialRange("198.18.0.0/15", .benchmarking, "RFC 2544"),
        SpecialRange("198.51.100.0/24", .documentation, "RFC 5737"),
        SpecialRange("203.0.113.0/24", .documentation, "RFC 5737"),
        SpecialRange("224.0.0.0/4", .multicast, "RFC 5771"),
        SpecialRange("240.0.0.0/4", .reserved, "RFC 1112 4"),
        SpecialRange("255.255.255.255/32", .broadcast, "RFC 919 7"),

        // Everything that is not assigned, and in it what is.
        SpecialRange("::/0", .reserved, "RFC 4291 2.4"),
        SpecialRange("2000::/3", .global, "RFC 4291 2.4"),
        SpecialRange("::/96", .v4Compatible, "RFC 4291 2.5.5.1"),
        SpecialRange("::/128", .unspecified, "RFC 4291 2.5.2"),
        SpecialRange("::1/128", .loopback, "RFC 4291 2.5.3"),
        SpecialRange("::ffff:0:0:0/96", .v4Translated, "RFC 2765 2.1"),
        SpecialRange("64:ff9b::/96", .nat64, "RFC 6052 2.1"),
        SpecialRange("64:ff9b:1::/48", .nat64Local, "RFC 8215"),
        SpecialRange("100::/64", .protocol, "RFC 6666"),
        SpecialRange("100:0:0:1::/64", .protocol, "RFC 9780"),
        SpecialRange("2001::/23", .protocol, "RFC 2928"),
        SpecialRange("2001::/32", .teredo, "RFC 4380"),
        SpecialRange("2001:2::/48", .benchmarking, "RFC 5180"),
        SpecialRange("2001:10::/28", .orchid, "RFC 4843"),
        SpecialRange("2001:20::/28", .orchid, "RFC 7343"),
        SpecialRange("2001:30::/28", .orchid, "RFC 9374"),
        SpecialRange("2001:db8::/32", .documentation, "RFC 3849"),
        SpecialRange("2002::/16", .sixToFour, "RFC 3056"),
        SpecialRange("3ffe::/16", .reserved, "RFC 3701"),
        SpecialRange("3fff::/20", .documentation, "RFC 9637"),
        SpecialRange("5f00::/16", .protocol, "RFC 9602"),
        SpecialRange("fc00::/7", .uniqueLocal, "RFC 4193"),
        SpecialRange("fe80::/10", .linkLocal, "RFC 4291 2.5.6"),
        SpecialRange("fec0::/10", .siteLocal, "RFC 3879"),
        SpecialRange("ff00::/8", .multicast, "RFC 4291 2.7"),
    ]

    private static let lookup = NetworkList(all.enumerated().map { ($1.network, UInt32($0)) })

    /// The narrowest range around `address`; nil for an IPv4 address that nothing is special about.
    static func find(_ address: IPAddress) -> SpecialRange? { lookup.find(address).map { all[Int($0.tag)] } }
}
