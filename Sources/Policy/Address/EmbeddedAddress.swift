/// An IPv4 address that is part of an IPv6 address, and that a packet to the latter may end up at.
public struct EmbeddedAddress: Hashable, Sendable {
    /// How it got in there.
    public let form: Form
    /// The IPv4 address.
    public let address: IPAddress
    /// What the IPv4 address is.
    public let classes: AddressClassSet

    /// The ways to write an IPv4 address into an IPv6 address.
    public enum Form: Hashable, Sendable {
        /// `::a.b.c.d`. RFC 4291 2.5.5.1.
        case compatible
        /// `::ffff:0:a.b.c.d`. RFC 2765 2.1.
        case translated
        /// Behind 2002::/16. RFC 3056.
        case sixToFour
        /// The server of a Teredo address. RFC 4380 4.
        case teredoServer
        /// The client's outer address in a Teredo address, kept inverted. RFC 4380 4.
        case teredoClient
        /// Behind a translator's prefix of so many bits. RFC 6052 2.2.
        case nat64(prefixBits: Int)
        /// In the interface identifier. RFC 5214 6.1.
        case isatap

        /// A few words for an explanation.
        public var text: String {
            switch self {
            case .compatible: "IPv4-compatible"
            case .translated: "IPv4-translated"
            case .sixToFour: "6to4"
            case .teredoServer: "Teredo server"
            case .teredoClient: "Teredo client"
            case .nat64(let bits): "NAT64 /\(bits)"
            case .isatap: "ISATAP"
            }
        }
    }
}
