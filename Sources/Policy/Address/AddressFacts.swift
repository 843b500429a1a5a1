/// An address, what it is, and what else a packet to it may mean.
public struct AddressFacts: Hashable, Sendable {
    /// The address.
    public let address: IPAddress
    /// What the address itself is.
    public let classes: AddressClassSet
    /// The IPv4 addresses inside, each judged on its own; empty for IPv4 and for most of IPv6.
    public let embedded: [EmbeddedAddress]
    /// Is it nothing but another spelling of the IPv4 address inside? Then rules about networks look at that alone.
    public let isTranslation: Bool
    /// Where the range is defined; nil for addresses that nothing is special about.
    let source: String?

    /// Does `test` hold for every face, a face being the address or one inside?
    ///
    /// What *allows* asks this way and what *denies* asks with ``anyFace(_:)``: so a denied address stays denied however it
    /// is spelt. See docs/security.md.
    public func everyFace(_ test: (IPAddress, AddressClassSet) -> Bool) -> Bool {
        if !isTranslation, !test(address, classes) { return false }
        return embedded.allSatisfy { test($0.address, $0.classes) }
    }

    /// Does `test` hold for the address or for one inside?
    public func anyFace(_ test: (IPAddress, AddressClassSet) -> Bool) -> Bool {
        test(address, classes) || embedded.contains { test($0.address, $0.classes) }
    }

    /// Is it, and everything inside, on the public Internet?
    public var isPublic: Bool {
        AddressClassSet.public.contains(classes) && embedded.allSatisfy { $0.classes == AddressClassSet(.global) }
    }

    /// Is it or something inside a metadata service?
    public var isMetadata: Bool { anyFace { _, classes in classes.contains(.metadata) } }

    /// `10.1.2.3 (private, RFC 1918)`, or for one with another inside `2002:a01:203:: (6to4, RFC 3056; 6to4 10.1.2.3: private)`.
    public var explanation: String {
        var text = "\(address) (" + Self.words(classes)
        if let source { text += ", \(source)" }
        for inside in embedded { text += "; \(inside.form.text) \(inside.address): \(Self.words(inside.classes))" }
        return text + ")"
    }

    private static func words(_ classes: AddressClassSet) -> String {
        classes.members.map(\.token).joined(separator: " and ")
    }
}
