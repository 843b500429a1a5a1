/// Why a name and port could not be connected to.
public enum ConnectFailure: Error, Equatable, Sendable {
    /// The name has no address for us.
    case resolve(ResolveError)
    /// No address could be connected to.
    case dial(DialFailure)
    /// No address of the name may be dialled, this being the first of them; or this is the one that was connected to, which the
    /// judge did not let pass then.
    case denied(SocketAddress)
    /// The connection leads to `peer`, which is not the address that was judged and dialled.
    case peerDiffers(dialled: SocketAddress, peer: SocketAddress)
}
