/// Sockets that were dialled a moment ago: each gets the options that only a connection of some age needs once it has that age.
///
/// Probing a silent peer, and a bound on how long sent bytes may stay unacknowledged, say nothing of a connection that lasts
/// less than a second. Such a one is spared five system calls. Probes come no later for it: the kernel counts idle time from the
/// last byte, not from when it was asked to.
///
/// Sockets are known by the names of their registrations, so that one which is closed meanwhile costs a look and no memory.
final class YoungSockets: LoopObject {
    /// Milliseconds that a socket stays young at least; twice that at most, but for a queue of many.
    static let ageMs: UInt64 = 1_000
    /// Sockets that are looked after in a turn, so that thousands which were dialled together do not hold up the loop.
    static let batch = 256

    /// SAFETY: the connector that holds this holds the loop.
    private unowned(unsafe) let loop: EventLoop
    /// What sockets get when they have their age.
    var tcp: TCPOptions
    /// Dialled since the last sweep.
    private var young: ContiguousArray<UInt64> = []
    /// Dialled before: the ones whose turn it is.
    private var older: ContiguousArray<UInt64> = []
    private var next = 0
    private var timer = EngineTimerID.none

    init(_ loop: EventLoop, _ tcp: TCPOptions) {
        self.loop = loop
        self.tcp = tcp
    }

    /// Looks after `socket`, which must be open.
    func add(_ socket: Socket) {
        young.append(loop.slots.data(of: socket))
        if timer.isNone { timer = loop.schedule(self, afterMs: Self.ageMs) }
    }

    override func timerFired(_ tag: UInt8) {
        timer = .none
        let end = min(older.count, next + Self.batch)
        while next < end {
            if let socket = loop.slots.handler(of: older[next]) as? Socket { socket.settle(tcp) }
            next += 1
        }
        if next < older.count {
            timer = loop.schedule(self, afterMs: 0)
            return
        }
        next = 0
        older.removeAll(keepingCapacity: true)
        swap(&young, &older)
        if !older.isEmpty { timer = loop.schedule(self, afterMs: Self.ageMs) }
    }
}
