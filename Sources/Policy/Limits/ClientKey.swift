/// Whom limits per address count together: one IPv4 address, or a network of IPv6 addresses, of which everybody has many.
public struct ClientKey: Hashable, Sendable {
    /// The first address of the network.
    public let address: IPAddress

    /// The key of `client`; of an IPv6 address the first `ipv6Bits` count, 64 being what one household or host has at least.
    public init(_ client: IPAddress, ipv6Bits: Int = 64) {
        address = client.ipv4 != nil ? client : IPNetwork(client, prefixBits: ipv6Bits)?.address ?? client
    }
}
