/// Where clients may be taken. Pure: every path (absolute-form, CONNECT, Upgrade) asks the same two questions.
///
/// The port is judged before the name is resolved, each address after that and before it is dialled: the addresses that were
/// judged are the ones dialled, so a name cannot mean one thing to the policy and another to the dialler.
public struct DestinationPolicy: Sendable {
    /// A listening address of this process.
    public struct Listener: Hashable, Sendable {
        /// Nil listens on every address of the machine.
        public let address: IPAddress?
        public let port: UInt16

        public init(address: IPAddress?, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// The process's own listeners, with the ports that the kernel chose.
    public let ownListeners: [Listener]
    /// Addresses of this machine's interfaces: a listener on every address is reached through each.
    public let machineAddresses: Set<IPAddress>
    /// May CONNECT name this port?
    public let allowsConnect: @Sendable (UInt16) -> Bool

    public init(
        ownListeners: [Listener], machineAddresses: Set<IPAddress>,
        allowsConnect: @escaping @Sendable (UInt16) -> Bool = { _ in true }
    ) {
        self.ownListeners = ownListeners
        self.machineAddresses = machineAddresses
        self.allowsConnect = allowsConnect
    }

    /// May CONNECT go to this port of whatever host?
    public func decide(connectPort port: UInt16) -> Decision { Decision(allowsConnect(port) ? .allowed : .connectPort) }

    /// May this address and port be dialled?
    public func decide(_ address: IPAddress, port: UInt16) -> Decision {
        for listener in ownListeners where listener.port == port {
            if reaches(address, listener) { return Decision(.ownListener) }
        }
        return Decision(.allowed)
    }

    private func reaches(_ address: IPAddress, _ listener: Listener) -> Bool {
        guard let bound = listener.address else {
            return address.isLoopback || address.isUnspecified || machineAddresses.contains(address)
        }
        // The kernel takes a connection to the unspecified address to loopback.
        return address == bound || (address.isUnspecified && bound.isLoopback)
    }
}
