/// Which of a name's families goes first: RFC 6724 section 6, for the first IPv6 and the first IPv4 address.
///
/// Pure: whether there is a way to an address, and where from, is an argument. c-ares sorts the addresses inside a family by the
/// same rules; what follows the first ones takes turns in any case (`HappyEyeballs`).
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
