/// Addresses that share their first bits, `192.0.2.0/24` or `2001:db8::/32`.
///
/// The families are apart: an IPv6 network, even `::/0`, holds no IPv4 address, also not a mapped one; `::ffff:10.0.0.0/104`
/// is the IPv4 network 10.0.0.0/8.
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let address: IPAddress
    /// How many bits are shared: 0...32 for IPv4, 0...128 for IPv6.
    public let prefixBits: Int

    /// The network of `address`; bits behind the prefix are cleared. Nil when the prefix is too long for the family.
    public init?(_ address: IPAddress, prefixBits: Int) {
        let isIPv4 = address.ipv4 != nil
        guard prefixBits >= 0, prefixBits <= (isIPv4 ? 32 : 128) else { return nil }
        self.address = IPAddress(bits: address.bits & Self.mask(isIPv4 ? 96 + prefixBits : prefixBits))
        self.prefixBits = prefixBits
    }

    /// The network of one address.
    public init(_ address: IPAddress) {
        self.address = address
        prefixBits = address.ipv4 != nil ? 32 : 128
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or an address alone.
    ///
    /// Throws when bits behind the prefix are set: `10.1.2.3/8` is more often a slip than meant.
    public init(parsing text: some StringProtocol) throws(IPNetworkError) {
        guard let slash = text.firstIndex(of: "/") else {
            guard let address = IPAddress(parsing: text) else { throw .badAddress }
            self.init(address)
            return
        }
        guard let address = IPAddress(parsing: text[..<slash]) else { throw .badAddress }
        let digits = text[text.index(after: slash)...].utf8
        guard !digits.isEmpty, digits.count <= 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.count == 1 || digits.first != 0x30
        else { throw .badPrefix }
        var bits = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        // The mapped spelling counts in the 128 bits of IPv6.
        if address.ipv4 != nil, text[..<slash].contains(":") {
            guard bits >= 96 else { throw .badPrefix }
            bits -= 96
        }
        guard let network = IPNetwork(address, prefixBits: bits) else { throw .badPrefix }
        guard network.address == address else { throw .hostBits(meant: network) }
        self = network
    }

    /// Is this an IPv4 network?
    public var isIPv4: Bool { address.ipv4 != nil }

    /// Does it name one address only?
    public var isSingleAddress: Bool { prefixBits == (isIPv4 ? 32 : 128) }

    /// Is `other` one of the addresses?
    public func contains(_ other: IPAddress) -> Bool {
        guard (other.ipv4 != nil) == isIPv4 else { return false }
        return other.bits & Self.mask(isIPv4 ? 96 + prefixBits : prefixBits) == address.bits
    }

    /// Is every address of `other` an address of this network?
    public func contains(_ other: IPNetwork) -> Bool { other.prefixBits >= prefixBits && contains(other.address) }

    /// Address and prefix; the address alone when it is one.
    public var description: String { isSingleAddress ? address.description : "\(address)/\(prefixBits)" }

    private static func mask(_ bits: Int) -> UInt128 { bits == 0 ? 0 : UInt128.max << (128 - bits) }
}

/// Why a text is no network.
public enum IPNetworkError: Error, Hashable, Sendable {
    /// The part before the slash is no address.
    case badAddress
    /// The part behind the slash is no number, or too large for the family.
    case badPrefix
    /// Bits behind the prefix are set; the network that was probably meant.
    case hostBits(meant: IPNetwork)

    /// One sentence for the person who wrote it.
    public var reason: String {
        switch self {
        case .badAddress: "not an IP address or network"
        case .badPrefix: "the prefix length is not a number that fits the address"
        case .hostBits(let meant): "bits behind the prefix are set; write \(meant)"
        }
    }
}
