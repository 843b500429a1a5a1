/// Networks of both families, any number of them, with the narrowest one around an address found by binary search.
///
/// Immutable and shared by all loops. An IPv4 network takes 13 bytes, an IPv6 network 25. Look-ups allocate nothing.
public struct NetworkList: Sendable {
    /// A network of the list.
    public struct Match: Equatable, Sendable {
        /// The narrowest network around the address.
        public let network: IPNetwork
        /// The number it was listed with: a line, or its place.
        public let tag: UInt32
    }

    private let ipv4: PrefixTable<UInt32>
    private let ipv6: PrefixTable<UInt128>

    /// A list of `networks` in any order; each is tagged with its place. Of equal ones the first stays.
    public init(_ networks: [IPNetwork]) {
        self.init(networks.enumerated().map { ($1, UInt32(truncatingIfNeeded: $0)) })
    }

    /// A list of networks with a number each.
    public init(_ networks: some Sequence<(IPNetwork, UInt32)>) {
        var v4: ContiguousArray<(start: UInt32, length: UInt8, tag: UInt32)> = []
        var v6: ContiguousArray<(start: UInt128, length: UInt8, tag: UInt32)> = []
        for (network, tag) in networks {
            if let start = network.address.ipv4 {
                v4.append((start, UInt8(truncatingIfNeeded: network.prefixBits), tag))
            } else {
                v6.append((network.address.bits, UInt8(truncatingIfNeeded: network.prefixBits), tag))
            }
        }
        ipv4 = PrefixTable(v4)
        ipv6 = PrefixTable(v6)
    }

    /// How many different networks are listed.
    public var count: Int { ipv4.count + ipv6.count }

    /// Bytes held, without the few of the value itself.
    public var bytesHeld: Int { ipv4.bytesHeld + ipv6.bytesHeld }

    /// The narrowest network around `address`, or nil.
    public func find(_ address: IPAddress) -> Match? {
        if let bits = address.ipv4 {
            guard let found = ipv4.find(bits) else { return nil }
            return Self.match(IPAddress(ipv4: found.start), found.length, found.tag)
        }
        guard let found = ipv6.find(address.bits) else { return nil }
        return Self.match(IPAddress(bits: found.start), found.length, found.tag)
    }

    /// Is `address` in one of the networks?
    public func contains(_ address: IPAddress) -> Bool {
        address.ipv4.map { ipv4.find($0) != nil } ?? (ipv6.find(address.bits) != nil)
    }

    /// Is all of `network` in one of the networks?
    public func covers(_ network: IPNetwork) -> Bool {
        let length = UInt8(truncatingIfNeeded: network.prefixBits)
        return network.address.ipv4.map { ipv4.covers($0, length: length) }
            ?? ipv6.covers(network.address.bits, length: length)
    }

    /// Is all of every network of `other` in one of the networks?
    public func covers(_ other: NetworkList) -> Bool { other.networks.allSatisfy { covers($0) } }

    /// Is there an address that is in both lists?
    public func overlaps(_ other: NetworkList) -> Bool {
        other.networks.contains { network in
            let length = UInt8(truncatingIfNeeded: network.prefixBits)
            return network.address.ipv4.map { ipv4.touches($0, length: length) }
                ?? ipv6.touches(network.address.bits, length: length)
        }
    }

    /// The networks, IPv4 first, each family sorted.
    public var networks: [IPNetwork] {
        var all: [IPNetwork] = []
        all.reserveCapacity(count)
        ipv4.visit { start, length, _ in
            if let network = IPNetwork(IPAddress(ipv4: start), prefixBits: Int(length)) { all.append(network) }
        }
        ipv6.visit { start, length, _ in
            if let network = IPNetwork(IPAddress(bits: start), prefixBits: Int(length)) { all.append(network) }
        }
        return all
    }

    private static func match(_ address: IPAddress, _ length: UInt8, _ tag: UInt32) -> Match? {
        IPNetwork(address, prefixBits: Int(length)).map { Match(network: $0, tag: tag) }
    }
}
