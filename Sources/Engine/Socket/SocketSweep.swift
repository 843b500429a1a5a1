/// Sockets that are looked at once more when they have a certain age.
///
/// They are known by the names of their registrations, so that one which is closed meanwhile costs a look and no memory.
final class SocketSweep: LoopObject {
    /// Sockets that are looked at in a turn, so that thousands which came together do not hold up the loop.
    static let batch = 256

    /// SAFETY: whoever holds this holds the loop.
    private unowned(unsafe) let loop: EventLoop
    private let ageMs: UInt64
    private let look: (Socket) -> Void
    /// Came since the last sweep.
    private var young: ContiguousArray<UInt64> = []
    /// Came before: the ones whose turn it is.
    private var older: ContiguousArray<UInt64> = []
    private var next = 0
    private var timer = EngineTimerID.none

    /// Calls `look` for each socket once it is `ageMs` milliseconds old; twice that at most, but for a queue of many.
    init(_ loop: EventLoop, ageMs: UInt64, look: @escaping (Socket) -> Void) {
        self.loop = loop
        self.ageMs = ageMs
        self.look = look
    }

    /// The age of `socket`, which must be open, counts from now.
    func add(_ socket: Socket) {
        young.append(loop.slots.data(of: socket))
        if timer.isNone { timer = loop.schedule(self, afterMs: ageMs) }
    }

    override func timerFired(_ tag: UInt8) {
        timer = .none
        let end = min(older.count, next + Self.batch)
        while next < end {
            if let socket = loop.slots.handler(of: older[next]) as? Socket { look(socket) }
            next += 1
        }
        if next < older.count {
            timer = loop.schedule(self, afterMs: 0)
            return
        }
        next = 0
        older.removeAll(keepingCapacity: true)
        swap(&young, &older)
        if !older.isEmpty { timer = loop.schedule(self, afterMs: ageMs) }
    }
}
