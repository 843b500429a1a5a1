/// The process's own listening addresses, to which it never connects: a client would reach the proxy as a local user, or
/// its admin endpoint, or go in a circle.
public struct OwnListeners: Sendable {
    /// A listening address of this process.
    public struct Listener: Hashable, Sendable {
        /// Nil listens on every address of the machine.
        public let address: IPAddress?
        /// The port that the kernel chose or was told.
        public let port: UInt16

        /// A listener on `address`, or on every address.
        public init(address: IPAddress?, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// The listeners, with the ports that the kernel chose.
    public let listeners: [Listener]
    /// Addresses of this machine's interfaces: a listener on every address is reached through each.
    public let machineAddresses: Set<IPAddress>

    /// The listeners of a process on a machine with these addresses.
    public init(_ listeners: [Listener], machineAddresses: Set<IPAddress>) {
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

    private func reaches(_ address: IPAddress, _ listener: Listener) -> Bool {
        guard let bound = listener.address else {
            return address.isLoopback || address.isUnspecified || machineAddresses.contains(address)
        }
        // The kernel takes a connection to the unspecified address to loopback.
        return address == bound || (address.isUnspecified && bound.isLoopback)
    }
}
