/// The process's own listening addresses, to which it never connects: a client would reach the proxy as a local user, or
/// its admin endpoint, or go in a circle.
public struct OwnListeners: Sendable {
    /// The listeners, with the ports that the kernel chose.
    public let listeners: [DestinationPolicy.Listener]
    /// Addresses of this machine's interfaces: a listener on every address is reached through each.
    public let machineAddresses: Set<IPAddress>

    /// The listeners of a process on a machine with these addresses.
    public init(_ listeners: [DestinationPolicy.Listener], machineAddresses: Set<IPAddress>) {
        self.listeners = listeners
        self.machineAddresses = machineAddresses
    }

    /// Would a connection to this address, or to one inside it, arrive at a listener?
    public func contains(_ facts: AddressFacts, port: UInt16) -> Bool {
        facts.anyFace { address, _ in contains(address, port: port) }
    }

    /// Would a connection to this address as it is arrive at a listener?
    public func contains(_ address: IPAddress, port: UInt16) -> Bool {
        listeners.contains { $0.port == port && reaches(address, $0) }
    }

    private func reaches(_ address: IPAddress, _ listener: DestinationPolicy.Listener) -> Bool {
        guard let bound = listener.address else {
            return address.isLoopback || address.isUnspecified || machineAddresses.contains(address)
        }
        // The kernel takes a connection to the unspecified address to loopback.
        return address == bound || (address.isUnspecified && bound.isLoopback)
    }
}
