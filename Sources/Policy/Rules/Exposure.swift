/// Who can reach the proxy's listeners, which decides what is allowed while no rule says otherwise.
///
/// | | loopback only | elsewhere |
/// |---|---|---|
/// | start | always | with client networks or authentication only |
/// | destinations | all but metadata services | public ones |
/// | CONNECT | all ports | 443 |
/// | ports 0, 25, 465, 587 | denied | denied |
/// | the proxy's own listeners | denied, whatever rules say | denied, whatever rules say |
public enum Exposure: Sendable, CaseIterable {
    /// Every listener is on a loopback address or a unix socket: the proxy serves its own user.
    case loopbackOnly
    /// At least one listener can be reached from other machines.
    case elsewhere

    /// The exposure of these listeners; nil stands for a unix socket. An unspecified address listens everywhere.
    public init(listeners: some Sequence<IPAddress?>) {
        self = listeners.allSatisfy { $0?.isLoopback ?? true } ? .loopbackOnly : .elsewhere
    }

    /// May this address be dialled as far as the default goes? Metadata services never.
    public func allows(_ facts: AddressFacts) -> Bool {
        if facts.isMetadata { return false }
        return self == .loopbackOnly || facts.isPublic
    }

    /// May CONNECT name this port as far as the default goes? Not about ``GuardedPorts``.
    public func allowsConnect(to port: UInt16) -> Bool { self == .loopbackOnly || port == 443 }
}
