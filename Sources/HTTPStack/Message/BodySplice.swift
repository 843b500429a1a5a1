import Engine

/// The rest of a sized body on its way from one socket to another through the kernel.
struct BodySplice {
    /// Where the splice stands after `run`.
    enum Outcome {
        /// All bytes that were owed have been moved.
        case complete
        /// Nothing more to read for now.
        case waiting
        /// The sink takes no more for now, or may not be given more.
        case blocked
        /// EOS inside the body.
        case ended
        case readFailed(Errno)
        case sinkFailed
    }

    private var flow = Flow()
    private let sink: any SpliceSink

    init(sink: any SpliceSink) { self.sink = sink }

    /// Moves what can be moved of the `remaining` bytes. Returns how many were.
    mutating func run(from source: Socket, remaining: Int64) -> (moved: Int64, outcome: Outcome) {
        guard let socket = sink.spliceSocket, sink.spliceRemaining == remaining else { return (0, .sinkFailed) }
        let before = flow.movedBytes
        let allowed = remaining > 0 ? sink.spliceAllowance() : 0
        let outcome = flow.run(from: source, to: socket, limit: min(UInt64(remaining), allowed))
        let moved = Int64(flow.movedBytes - before)
        if moved > 0 { sink.spliced(moved) }
        switch outcome {
        case .complete where moved == remaining: return (moved, .complete)
        case .complete: return (moved, moved == 0 ? .blocked : .waiting)
        case .idle, .yielded: return (moved, .waiting)
        // Everything was read, but the last of it is still in the pipe: not complete before it is out.
        case .blocked: return (moved, .blocked)
        case .ended: return (moved, .ended)
        case .readFailed(let error): return (moved, .readFailed(error))
        case .writeFailed: return (moved, .sinkFailed)
        }
    }

    mutating func release(_ loop: EventLoop) { flow.release(loop) }
}
