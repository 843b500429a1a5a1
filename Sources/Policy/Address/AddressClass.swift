/// What kind of place an address is. Only ``global`` is somewhere on the public Internet.
public enum AddressClass: UInt8, CaseIterable, Sendable {
    /// Reachable from anywhere, as far as the registries say.
    case global
    /// This machine: 127.0.0.0/8, ::1.
    case loopback
    /// 0.0.0.0/8 and ::. A connection to it ends at this machine.
    case unspecified
    /// RFC 1918.
    case `private`
    /// fc00::/7, the private networks of IPv6.
    case uniqueLocal
    /// fec0::/10, what unique local addresses replaced.
    case siteLocal
    /// 169.254.0.0/16, fe80::/10.
    case linkLocal
    /// 100.64.0.0/10, between a provider and its customers.
    case shared
    /// For measuring: 198.18.0.0/15, 2001:2::/48.
    case benchmarking
    /// For examples in texts.
    case documentation
    /// 224.0.0.0/4, ff00::/8.
    case multicast
    /// 255.255.255.255.
    case broadcast
    /// Set aside by the IETF, or never assigned to anybody.
    case reserved
    /// Blocks that serve a protocol, not hosts: 192.0.0.0/24, 2001::/23, discard-only, segment routing.
    case `protocol`
    /// Hash identifiers that look like addresses (ORCHID) and are not routed.
    case orchid
    /// An IPv4 address as `::a.b.c.d`; deprecated.
    case v4Compatible
    /// An IPv4 address as `::ffff:0:a.b.c.d`, between the translators of RFC 2765.
    case v4Translated
    /// 2002::/16, with an IPv4 address inside; deprecated. Its relays at 192.88.99.0/24 too.
    case sixToFour
    /// 2001::/32, with two IPv4 addresses inside.
    case teredo
    /// 64:ff9b::/96 or a prefix that the operator named: an IPv4 address behind a translator.
    case nat64
    /// 64:ff9b:1::/48, translators inside a network.
    case nat64Local
    /// A host whose interface identifier holds an IPv4 address; comes beside the class of its prefix.
    case isatap
    /// A service that tells a machine in a cloud who it is, often with credentials; beside the class of its range.
    case metadata

    /// A stable lowercase word for rules, logs and metrics.
    public var token: String {
        switch self {
        case .uniqueLocal: "unique_local"
        case .siteLocal: "site_local"
        case .linkLocal: "link_local"
        case .v4Compatible: "v4_compatible"
        case .v4Translated: "v4_translated"
        case .sixToFour: "6to4"
        case .nat64Local: "nat64_local"
        default: "\(self)"
        }
    }

    /// The class that `token` names.
    public init?(token: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.token == token }) else { return nil }
        self = found
    }
}
