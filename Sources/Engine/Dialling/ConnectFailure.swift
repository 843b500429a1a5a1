/// Why a name and port could not be connected to.
public enum ConnectFailure: Error, Equatable, Sendable {
    /// The name has no address for us.
    case resolve(ResolveError)
    /// No address could be connected to.
    case dial(DialFailure)
    /// Every address of the name is one that must not be dialled; this is the first of them.
    case denied(SocketAddress)
}
