/// Moves bytes one way between two sockets: small amounts by copying, bulk inside the kernel through a pipe.
///
/// A flow holds nothing while it is idle: the copy goes through a block of the loop that is given back before `run` returns,
/// and the pipe goes back to the loop's stock when it is empty. At most one pipe or one block is in flight; what the
/// sink does not take waits in the pipe or in the sink's queue, and the source is not read until that is gone.
public struct Flow {
    /// Where the flow stands after `run`.
    public enum Outcome: Equatable {
        /// Everything that the source had is with the sink.
        case idle
        /// The sink takes no more: `run` again when it has drained.
        case blocked
        /// More waits, but others want a turn: the source's next event follows at once.
        case yielded
        /// EOS of the source, and everything before it is with the sink's kernel or queue.
        case ended
        /// The limit is reached: exactly as many bytes as asked for were moved.
        case complete
        /// ERR of the source. What was read before it is with the sink or still held.
        case readFailed(Errno)
        /// ERR of the sink: what it was given may be lost.
        case writeFailed
    }

    /// A read of this size or more means bulk: the next bytes are spliced.
    public static let bulkBytes = 32_768
    /// A splice of less than this means that bulk is over.
    static let smallBytes = 4096
    /// Bytes between two waits from which on a transfer is fast: the source is then not woken for less than `wakeBytes`.
    static let fastBytes: UInt64 = 64 << 10
    static let wakeBytes: UInt64 = 256 << 10
    /// Reads or splices per `run`, and bytes after which none is begun, for fairness between connections.
    static let rounds = 8
    static let turnBytes: UInt64 = 2 << 20

    private var pipe: SplicePipe?
    private var isBulk = false
    private var copyOnly = false

    /// Bytes taken from the source so far.
    public private(set) var movedBytes: UInt64 = 0
    /// How many there were when the source was last found empty.
    private var waitedAtBytes: UInt64 = 0

    /// A flow that has moved nothing and holds nothing.
    public init() {}

    /// Bytes that are in the pipe: taken from the source, not yet with the sink.
    public var heldBytes: Int { pipe?.held ?? 0 }

    /// Moves what can be moved now, up to `limit` bytes when that is given (a message body's rest).
    public mutating func run(from source: Socket, to sink: Socket, limit: UInt64? = nil) -> Outcome {
        let start = movedBytes
        var round = 0
        while true {
            if !drainPipe(to: sink) { return sink.isBlocked ? .blocked : .writeFailed }
            if sink.isBlocked { return .blocked }
            let left = limit.map { $0 - (movedBytes - start) } ?? .max
            if left == 0 {
                source.awaitAny()
                release(source.loop)
                return .complete
            }
            guard source.isReadReady else {
                if !isBulk { source.awaitAny() }
                release(source.loop)
                return .idle
            }
            if round == Self.rounds || movedBytes - start >= Self.turnBytes { return .yielded }
            round += 1
            let result =
                isBulk && !copyOnly
                ? spliceOnce(from: source, left: left) : copyOnce(from: source, to: sink, left: left)
            switch result {
            case .bytes(let count): movedBytes &+= UInt64(count)
            case .wouldBlock: wait(for: source, left: left)
            case .ended:
                release(source.loop)
                return .ended
            case .failed(let error):
                if isBulk, !copyOnly, [.invalidArgument, .noMemory, .noBuffers].contains(error) {
                    // This pair of sockets cannot be spliced, or not now: copy from now on.
                    copyOnly = true
                    continue
                }
                release(source.loop)
                return .readFailed(error)
            }
        }
    }

    /// The flow is over: its pipe goes back, or is closed when it still holds bytes.
    public mutating func release(_ loop: EventLoop) {
        guard let pipe else { return }
        loop.pipes.recycle(pipe)
        self.pipe = nil
    }

    /// The source is empty. A fast one is given time to gather something.
    private mutating func wait(for source: Socket, left: UInt64) {
        if isBulk, !copyOnly, movedBytes - waitedAtBytes >= Self.fastBytes {
            source.awaitBulk(Int(min(left, Self.wakeBytes)))
        } else {
            source.awaitAny()
        }
        waitedAtBytes = movedBytes
    }

    private mutating func drainPipe(to sink: Socket) -> Bool {
        guard pipe != nil, heldBytes > 0 else { return true }
        return pipe.map { held in
            var held = held
            let done = sink.splice(from: &held)
            pipe = held
            return done
        } ?? true
    }

    private mutating func spliceOnce(from source: Socket, left: UInt64) -> Socket.ReadResult {
        if pipe == nil { pipe = source.loop.pipes.take() }
        guard var pipe else {
            copyOnly = true
            return .wouldBlock
        }
        let result = source.splice(into: &pipe, count: Int(min(left, UInt64(pipe.capacity))))
        self.pipe = pipe
        if case .bytes(let count) = result, count < Self.smallBytes { isBulk = false }
        return result
    }

    private mutating func copyOnce(from source: Socket, to sink: Socket, left: UInt64) -> Socket.ReadResult {
        let loop = source.loop
        let block = loop.buffers.take()
        defer { loop.buffers.recycle(block) }
        let room = UnsafeMutableRawBufferPointer(rebasing: block.memory[..<Int(min(left, UInt64(Block.capacity)))])
        let result = source.read(into: room)
        if case .bytes(let count) = result {
            if count >= Self.bulkBytes { isBulk = true }
            sink.write(UnsafeRawBufferPointer(rebasing: room[..<count]))
            // A small copy must not wait in the sink's queue while the next round splices past it.
            if isBulk { sink.flush() }
        }
        return result
    }
}
