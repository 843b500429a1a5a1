/// The rules that need no configuration: CONNECT's ports and the proxy's own listeners. ``RuleSet`` has all of them.
///
/// The port is judged before the name is resolved, each address after that and before it is dialled: the addresses that were
/// judged are the ones dialled, so a name cannot mean one thing to the policy and another to the dialler.
public struct DestinationPolicy: Sendable {
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

    /// The process's own listeners.
    public let own: OwnListeners
    /// May CONNECT name this port?
    public let allowsConnect: @Sendable (UInt16) -> Bool

    /// A policy for a process with these listeners; every port may be named unless `allowsConnect` says otherwise.
    public init(
        ownListeners: [Listener], machineAddresses: Set<IPAddress>,
        allowsConnect: @escaping @Sendable (UInt16) -> Bool = { _ in true }
    ) {
        own = OwnListeners(ownListeners, machineAddresses: machineAddresses)
        self.allowsConnect = allowsConnect
    }

    /// May CONNECT go to this port of whatever host?
    public func decide(connectPort port: UInt16) -> Decision { Decision(allowsConnect(port) ? .allowed : .connectPort) }

    /// May this address and port be dialled?
    public func decide(_ address: IPAddress, port: UInt16) -> Decision {
        guard own.listeners.contains(where: { $0.port == port }) else { return Decision(.allowed) }
        let isOwn = own.contains(AddressClassifier().classify(address), port: port)
        return Decision(isOwn ? .ownListener : .allowed)
    }
}
