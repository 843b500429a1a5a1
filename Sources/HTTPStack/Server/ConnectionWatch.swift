import Engine

/// What a program wants to know of a client connection besides its requests: when it is inactive, and when responses are out.
///
/// Made for a connection when the first of it is asked for, and kept with it. Its timer is set once and looks, when it fires,
/// at when the last byte moved: traffic costs it one store.
final class ConnectionWatch: LoopObject {
    private struct Outgoing {
        /// Held, so that it is not used for another exchange meanwhile.
        let response: ServerResponse
        /// `Socket.sentBytes` when its last byte is with the kernel.
        let mark: UInt64
    }

    private unowned let connection: ServerConnection
    private let loop: EventLoop
    private var outgoing: ContiguousArray<Outgoing> = []
    private(set) var inactivity = Inactivity()
    private var timer = EngineTimerID.none

    init(_ connection: ServerConnection, _ loop: EventLoop) {
        self.connection = connection
        self.loop = loop
    }

    // MARK: Inactivity

    /// Inactivity is reported after so many milliseconds from now on; 0 for never.
    func setTimeout(_ msecs: Int) {
        loop.cancel(&timer)
        inactivity.set(UInt64(max(0, msecs)), nowMs: loop.nowMs)
        armIfNeeded()
    }

    /// A byte moved, or was given to the socket.
    func touch() {
        inactivity.touched(nowMs: loop.nowMs)
        armIfNeeded()
    }

    private func armIfNeeded() {
        if timer.isNone, inactivity.timeoutMs > 0 { timer = loop.schedule(self, afterMs: inactivity.timeoutMs) }
    }

    override func timerFired(_ tag: UInt8) {
        timer = .none
        guard inactivity.timeoutMs > 0, let socket = connection.socket else { return }
        let (sentBytes, isBlocked) = (socket.sentBytes, socket.isBlocked)
        switch inactivity.verdict(nowMs: loop.nowMs, sentBytes: sentBytes, isBlocked: isBlocked) {
        case .again(let afterMs): timer = loop.schedule(self, afterMs: afterMs)
        // The next byte starts the time again.
        case .inactive: connection.inactive()
        }
    }

    // MARK: Responses on their way

    /// The response has been written whole.
    func add(_ response: ServerResponse, _ socket: Socket) {
        // Bytes that were written to a failed socket are queued nowhere, and will never be out.
        let mark = socket.hasFailed ? .max : socket.sentBytes &+ UInt64(socket.queuedBytes)
        outgoing.append(Outgoing(response: response, mark: mark))
        // What was gathered leaves before this runs.
        loop.soon { [self] in if let socket = connection.socket { report(socket) } }
    }

    /// All output is with the kernel.
    func drained(_ socket: Socket) {
        touch()
        report(socket)
    }

    /// Tells of the responses whose last byte is with the kernel.
    private func report(_ socket: Socket) {
        while let first = outgoing.first, first.mark <= socket.sentBytes {
            outgoing.removeFirst()
            first.response.takeEnd(isOut: true)?()
        }
    }

    /// The connection is over: what is not out by now never will be. The socket may be another's by the time this is told.
    func end(_ socket: Socket?) {
        loop.cancel(&timer)
        inactivity = Inactivity()
        guard !outgoing.isEmpty else { return }
        let sent = socket?.sentBytes ?? .max
        for entry in outgoing {
            if let told = entry.response.takeEnd(isOut: entry.mark <= sent) { loop.soon(told) }
        }
        outgoing.removeAll()
    }
}
