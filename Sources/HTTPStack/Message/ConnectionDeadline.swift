import Engine

/// The one deadline that a connection has at a time: what it stands for, and when it is.
///
/// Keeps a write stall apart from slow progress: `hasStalled` compares what the peer has acknowledged with the last look.
struct ConnectionDeadline {
    /// What is waited for.
    enum Kind: UInt8 {
        case none
        /// A whole message head.
        case head
        /// The first byte of the next request.
        case keepAlive
        /// More of a body that is being read.
        case body
        /// A byte taken by the peer.
        case writeStall
        /// The end of what is read and dropped.
        case drain
    }

    private(set) var kind = Kind.none
    private var timer = LazyTimer()
    private var acknowledgedMark: UInt64 = 0

    mutating func set(_ kind: Kind, _ loop: EventLoop, owner: LoopObject, afterMs: UInt64) {
        self.kind = kind
        timer.set(loop, owner: owner, afterMs: afterMs)
    }

    /// Sets `.writeStall`, counting from what the peer has acknowledged until now.
    mutating func setWriteStall(_ socket: Socket, owner: LoopObject, afterMs: UInt64) {
        acknowledgedMark = socket.acknowledgedBytes
        set(.writeStall, socket.loop, owner: owner, afterMs: afterMs)
    }

    /// Nothing is waited for.
    mutating func clear() {
        kind = .none
        timer.clear()
    }

    /// The connection is over: the wheel lets go of it.
    mutating func cancel(_ loop: EventLoop) {
        kind = .none
        timer.cancel(loop)
    }

    /// To be asked first thing in `timerFired`: what was reached, if anything was. It is cleared then.
    mutating func reached(_ loop: EventLoop, owner: LoopObject) -> Kind? {
        guard timer.fired(loop, owner: owner) else { return nil }
        let reached = kind
        kind = .none
        return reached
    }

    /// After `.writeStall` was reached: has the peer taken nothing since it was set?
    func hasStalled(_ socket: Socket) -> Bool { socket.acknowledgedBytes == acknowledgedMark }
}
