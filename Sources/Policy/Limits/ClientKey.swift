/// Whom limits count together.
public enum ClientKey: Hashable, Sendable {
    /// One IPv4 address, or a network of IPv6 addresses, of which everybody has many.
    case network(IPAddress)
    /// Somebody who is logged in, wherever from.
    case user(String)

    /// The key of a client's address; of an IPv6 address the first `ipv6Bits` count, 64 being what one household or host has
    /// at least.
    public init(_ client: IPAddress, ipv6Bits: Int = 64) {
        let network = client.ipv4 != nil ? nil : IPNetwork(client, prefixBits: ipv6Bits)
        self = .network(network?.address ?? client)
    }
}
