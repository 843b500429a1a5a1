/// Which sockets may carry a request, by how likely the origin is to be closing them just now.
public enum SocketFreshness: Sendable {
    /// Any free socket within its idle limit: for requests that may be repeated.
    case any
    /// A free socket that was used a moment ago (`PoolLimits.nonRetriableMaxIdleMs`), or a new one: for those that may not.
    case recent
    /// No socket that was free: for a request that is being repeated.
    case new
}
