/// In which order a name's addresses are tried: RFC 6724 section 6, inside a family, and between the first IPv6 and the first IPv4
/// address. What follows these takes turns in any case (`HappyEyeballs`).
///
/// Pure: whether there is a way to an address, and where from, is an argument.
enum FamilyOrder {
    /// Does IPv6 go first? A source is the address from which the destination would be reached, nil without a route.
    static func ipv6GoesFirst(
        _ ipv6: SocketAddress, from ipv6Source: SocketAddress?, _ ipv4: SocketAddress, from ipv4Source: SocketAddress?
    ) -> Bool {
        // Rule 1: avoid unusable destinations.
        guard let ipv6Source else { return ipv4Source == nil }
        guard let ipv4Source else { return true }
        let (six, four) = (AddressTraits(ipv6), AddressTraits(ipv4))
        let (sixSource, fourSource) = (AddressTraits(ipv6Source), AddressTraits(ipv4Source))
        // Rule 2: prefer matching scope. Rule 5: prefer matching label.
        let (isSixInScope, isFourInScope) = (six.scope == sixSource.scope, four.scope == fourSource.scope)
        if isSixInScope != isFourInScope { return isSixInScope }
        let (isSixLabelled, isFourLabelled) = (six.label == sixSource.label, four.label == fourSource.label)
        if isSixLabelled != isFourLabelled { return isSixLabelled }
        // Rule 6: prefer higher precedence. Rule 8: prefer smaller scope. Rules 3, 4 and 7 are about home addresses, deprecated
        // ones and tunnels, which no socket tells of; 9 compares inside a family.
        if six.precedence != four.precedence { return six.precedence > four.precedence }
        return six.scope <= four.scope
    }

    /// One family's addresses, those first that go first; what the rules do not tell apart stays in its order (rule 10).
    static func sorted(_ addresses: [SocketAddress], from source: (SocketAddress) -> SocketAddress?) -> [SocketAddress]
    {
        guard addresses.count > 1 else { return addresses }
        let ranks = addresses.map { rank($0, from: source($0)) }
        return addresses.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { addresses[$0] }
    }

    /// The lower, the sooner: rules 1, 2, 5, 6, 8 and 9, each with bits below those of the one before.
    private static func rank(_ address: SocketAddress, from source: SocketAddress?) -> UInt32 {
        guard let source else { return .max }
        let (there, here) = (AddressTraits(address), AddressTraits(source))
        let unmatched: UInt32 = (there.scope == here.scope ? 0 : 2) + (there.label == here.label ? 0 : 1)
        return unmatched << 24 | UInt32(UInt8.max - there.precedence) << 16 | UInt32(there.scope) << 8
            | UInt32(64 - commonPrefixBits(address, source))
    }

    /// Counted in the half of an IPv6 address that names the network.
    private static func commonPrefixBits(_ a: SocketAddress, _ b: SocketAddress) -> Int {
        guard case .ipv6(let high, _, _, _) = a, case .ipv6(let other, _, _, _) = b else { return 0 }
        return (high ^ other).leadingZeroBitCount
    }
}

/// What RFC 6724 knows of an address: its scope (section 3), and precedence and label by the default table (section 2.1).
struct AddressTraits: Equatable {
    let scope: UInt8
    let precedence: UInt8
    let label: UInt8

    private static let linkLocal: UInt8 = 2
    private static let siteLocal: UInt8 = 5
    private static let global: UInt8 = 14

    init(_ address: SocketAddress) {
        switch address {
        case .ipv4(let address, _): self.init(ipv4: address)
        case .ipv6(let high, let low, _, _): self.init(high: high, low: low)
        case .unix: self.init(ipv4: 0x7f00_0001)
        }
    }

    private init(scope: UInt8, precedence: UInt8, label: UInt8) {
        (self.scope, self.precedence, self.label) = (scope, precedence, label)
    }

    private init(ipv4 address: UInt32) {
        // 127.0.0.0/8 and 169.254.0.0/16: section 3.2.
        let isLocal = address >> 24 == 127 || address >> 16 == 0xa9fe
        self.init(scope: isLocal ? Self.linkLocal : Self.global, precedence: 35, label: 4)
    }

    private init(high: UInt64, low: UInt64) {
        switch (high, low) {
        case (0, 1): self.init(scope: Self.linkLocal, precedence: 50, label: 0)
        case (0, 0xffff_0000_0000...0xffff_ffff_ffff): self.init(ipv4: UInt32(truncatingIfNeeded: low))
        case (0, 0...0xffff_ffff): self.init(scope: Self.global, precedence: 1, label: 3)
        default: self.init(prefix: high)
        }
    }

    private init(prefix high: UInt64) {
        let scope =
            switch high >> 48 {
            case 0xfe80...0xfebf: Self.linkLocal
            case 0xfec0...0xfeff: Self.siteLocal
            case 0xff00...0xffff: UInt8(truncatingIfNeeded: high >> 48 & 15)
            default: Self.global
            }
        switch high >> 48 {
        case 0x2002: self.init(scope: scope, precedence: 30, label: 2)
        case 0x2001 where high >> 32 & 0xffff == 0: self.init(scope: scope, precedence: 5, label: 5)
        case 0xfc00...0xfdff: self.init(scope: scope, precedence: 3, label: 13)
        case 0xfec0...0xfeff: self.init(scope: scope, precedence: 1, label: 11)
        case 0x3ffe: self.init(scope: scope, precedence: 1, label: 12)
        default: self.init(scope: scope, precedence: 40, label: 1)
        }
    }
}
