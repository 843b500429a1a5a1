/// A prefix behind which a translator reaches IPv4. RFC 6052 2.2.
public struct NAT64Prefix: Hashable, Sendable {
    /// The prefix: IPv6, 32, 40, 48, 56, 64 or 96 bits.
    public let network: IPNetwork

    /// Nil for IPv4 and for other lengths.
    public init?(_ network: IPNetwork) {
        guard !network.isIPv4, Self.lengths.contains(network.prefixBits) else { return nil }
        self.network = network
    }

    /// The lengths that the RFC allows.
    public static let lengths = [32, 40, 48, 56, 64, 96]

    /// The IPv4 address inside `address`; nil when it is not behind this prefix.
    public func ipv4(in address: IPAddress) -> IPAddress? {
        network.contains(address) ? Self.ipv4(in: address, prefixBits: network.prefixBits) : nil
    }

    /// Is `address` built as the RFC says: bits 64 to 71 are zero, and all behind the IPv4 address?
    ///
    /// A translator may take others too, so they are judged by what is inside *and* by what they are.
    func isWellFormed(_ address: IPAddress) -> Bool {
        guard let inside = ipv4(in: address)?.ipv4 else { return false }
        return Self.embed(inside, in: network) == address
    }

    /// The 32 bits behind a prefix of `prefixBits`; bits 64 to 71 are left out of the count.
    static func ipv4(in address: IPAddress, prefixBits: Int) -> IPAddress {
        let bits = address.bits
        if prefixBits == 96 { return IPAddress(ipv4: UInt32(truncatingIfNeeded: bits)) }
        // 56 bits follow bit 71; with the 64 before it they are 120 in a row.
        let joined = (bits >> 64) << 56 | (bits & (UInt128.max >> 72))
        return IPAddress(ipv4: UInt32(truncatingIfNeeded: joined >> (120 - 32 - prefixBits)))
    }

    static func embed(_ ipv4: UInt32, in network: IPNetwork) -> IPAddress {
        let prefix = network.address.bits
        if network.prefixBits == 96 { return IPAddress(bits: prefix | UInt128(ipv4)) }
        let joined = UInt128(ipv4) << (120 - 32 - network.prefixBits)
        return IPAddress(bits: prefix | (joined >> 56) << 64 | (joined & (UInt128.max >> 72)))
    }
}
