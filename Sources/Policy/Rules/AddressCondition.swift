/// Addresses of destinations: networks and classes. One match is enough for each face of an address.
public struct AddressCondition: Sendable {
    /// The rule's own networks and those of its files.
    public var networks: [NetworkList]
    /// Classes; none when empty.
    public var classes: AddressClassSet

    /// A condition of networks and classes.
    public init(networks: [NetworkList] = [], classes: AddressClassSet = []) {
        self.networks = networks
        self.classes = classes
    }

    /// To deny, one class of several is enough.
    func matchesDenying(_ address: IPAddress, _ classes: AddressClassSet) -> Bool {
        !self.classes.isDisjoint(with: classes) || networks.contains { $0.contains(address) }
    }

    /// To allow, all classes of an address must be named, or the address be in a network. A metadata service is opened by
    /// its class or by its very address, not by a network around it: `0.0.0.0/0` is not meant to hand out credentials.
    func matchesAllowing(_ address: IPAddress, _ classes: AddressClassSet) -> Bool {
        if self.classes.contains(classes) { return true }
        guard classes.contains(.metadata) else { return networks.contains { $0.contains(address) } }
        return networks.contains { $0.find(address)?.network.isSingleAddress ?? false }
    }

    func covers(_ other: AddressCondition) -> Bool {
        classes.contains(other.classes)
            && other.networks.allSatisfy { list in
                list.networks.allSatisfy { network in networks.contains { $0.covers(network) } }
            }
    }

    func overlaps(_ other: AddressCondition) -> Bool {
        !classes.isDisjoint(with: other.classes)
            || networks.contains { own in other.networks.contains { own.overlaps($0) } }
    }
}
