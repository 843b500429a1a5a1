/// Tells what an address is. Pure; the same answer for the same address on every loop.
public struct AddressClassifier: Sendable {
    /// Prefixes of translators in this network, besides 64:ff9b::/96.
    public let nat64Prefixes: [NAT64Prefix]

    /// A classifier that knows the operator's own translators.
    public init(nat64Prefixes: [NAT64Prefix] = []) {
        self.nat64Prefixes = nat64Prefixes
    }

    /// What `address` is, and what is inside it. Allocates only for addresses with something inside.
    public func classify(_ address: IPAddress) -> AddressFacts {
        let range = SpecialRange.find(address)
        var classes = Self.classes(of: address, range)
        guard address.ipv4 == nil else {
            return AddressFacts(
                address: address, classes: classes, embedded: [], isTranslation: false, source: range?.source)
        }
        var embedded: [EmbeddedAddress] = []
        var isTranslation = false
        let own = nat64Prefixes.filter { $0.network.contains(address) }
        for prefix in own {
            Self.add(
                .nat64(prefixBits: prefix.network.prefixBits),
                NAT64Prefix.ipv4(in: address, prefixBits: prefix.network.prefixBits), to: &embedded)
            isTranslation = isTranslation || prefix.isWellFormed(address)
        }
        if isTranslation {
            // The operator's word replaces the registry's: such prefixes are often cut from a private network.
            classes.subtract(range.map { AddressClassSet($0.kind) } ?? [])
            classes.insert(AddressClassSet(.nat64))
        } else if let kind = range?.kind {
            isTranslation = kind == .nat64
            Self.addForms(of: kind, address, to: &embedded)
        }
        if address.low >> 32 == 0x5efe || address.low >> 32 == 0x0200_5efe {
            classes.insert(AddressClassSet(.isatap))
            Self.add(.isatap, IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low)), to: &embedded)
        }
        return AddressFacts(
            address: address, classes: classes, embedded: embedded, isTranslation: isTranslation, source: range?.source)
    }

    private static func classes(of address: IPAddress, _ range: SpecialRange?) -> AddressClassSet {
        var classes = AddressClassSet(range?.kind ?? .global)
        if MetadataServices.contains(address) { classes.insert(AddressClassSet(.metadata)) }
        return classes
    }

    /// The IPv4 addresses that belong to the range's own form.
    private static func addForms(of kind: AddressClass, _ address: IPAddress, to embedded: inout [EmbeddedAddress]) {
        let last = IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low))
        switch kind {
        case .v4Compatible: add(.compatible, last, to: &embedded)
        case .v4Translated: add(.translated, last, to: &embedded)
        case .nat64: add(.nat64(prefixBits: 96), last, to: &embedded)
        case .sixToFour:
            add(.sixToFour, IPAddress(ipv4: UInt32(truncatingIfNeeded: address.high >> 16)), to: &embedded)
        case .teredo:
            add(.teredoServer, IPAddress(ipv4: UInt32(truncatingIfNeeded: address.high)), to: &embedded)
            add(.teredoClient, IPAddress(ipv4: ~UInt32(truncatingIfNeeded: address.low)), to: &embedded)
        case .nat64Local:
            // Whoever uses the block cut prefixes of any length from it: all readings are judged.
            for length in NAT64Prefix.lengths where length >= 48 {
                add(
                    .nat64(prefixBits: length), NAT64Prefix.ipv4(in: address, prefixBits: length), to: &embedded)
            }
        default: break
        }
    }

    private static func add(
        _ form: EmbeddedAddress.Form, _ address: IPAddress, to embedded: inout [EmbeddedAddress]
    ) {
        let classes = classes(of: address, SpecialRange.find(address))
        embedded.append(EmbeddedAddress(form: form, address: address, classes: classes))
    }
}
