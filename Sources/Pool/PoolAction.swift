/// An order that follows from an event rather than from a question; appended to an `ActionBuffer`.
public enum PoolAction: Sendable, Equatable {
    /// Dial for this waiter, then report `dialled` or `dialFailed` with the same `WaiterRef`.
    case dial(OriginRef, WaiterRef, WaiterID)
    /// Close this free socket, then report `closed`.
    case close(SocketRef)
    /// Ask `loop` for a free socket of this origin (its `asked`).
    case ask(OriginRef, loop: Int)
    /// Hand one slot of this origin to `loop` (its `granted`). The slot stays counted on the way.
    case grant(OriginRef, loop: Int)
    /// The dial on behalf of this request failed: answer it with the dial's error.
    case dialFailed(WaiterID)
    /// This request waited `queueTimeoutMs` in vain and has left the queue.
    case timedOut(WaiterID)
}
