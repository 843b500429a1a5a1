/// What to do for a request that asked for a socket. Exactly one of these answers each `acquire`.
public enum AcquireAction: Sendable, Equatable {
    /// Send the request on this free socket; it is in use now.
    case use(SocketRef)
    /// Dial for this waiter, then report `dialled` or `dialFailed`. The slot is already taken.
    case dial(WaiterRef)
    /// Wait: a socket or a slot will come, or the sweep reports `.timedOut`.
    case queued(WaiterRef)
    /// Wait, and ask `loop` for one of its free sockets; its answer comes back as `received` or `askFailed`.
    case ask(loop: Int, WaiterRef)
    /// Wait, and close this free socket, which is too old for the request, then report `closed`:
    /// its slot will carry the dial.
    case evict(SocketRef, WaiterRef)
    /// No socket and no place in the queue. Nothing is kept of the request.
    case rejected(PoolRejection)
}

/// Why a request was turned away.
public enum PoolRejection: Sendable, Equatable {
    /// `PoolLimits.maxQueued` requests wait already.
    case queueFull
    /// The origin was forgotten since the `OriginRef` was issued: call `origin(for:)` and repeat.
    case originForgotten
}
