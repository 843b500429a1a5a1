/// Where a socket goes that has just become available. Exactly one of these answers each
/// `release`, `dialled` and `received`.
public enum ReleaseAction: Sendable, Equatable {
    /// Give it to this waiter, which has left the queue. The socket is in use.
    case use(WaiterID)
    /// Keep it open and watch it for the origin's close.
    case park
    /// Close it, then report `closed`: only that frees its slot.
    case close
    /// Take it off this loop and deliver it to `loop` as `received`. Its `SocketRef` is void from here on.
    case give(loop: Int)
}

/// A socket that has just joined this loop, and where it goes.
public struct SocketArrival: Sendable, Equatable {
    /// Its name on this loop from now on; void already when the action is `.give`.
    public let socket: SocketRef
    /// What to do with it.
    public let action: ReleaseAction
}
