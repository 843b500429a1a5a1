import Engine

/// Bytes on their way from a loop's callbacks to a task that asks for them, chunk by chunk.
///
/// It asks the source for more only when it has nothing left, so that what the task has not taken stays with the sender.
final class ChunkQueue {
    private let waiter: LoopWaiter
    private let resume: () -> Void
    private let pause: () -> Void
    private var chunks: ArraySlice<[UInt8]> = []
    private var outcome: Result<Void, any Error>?

    /// `resume` lets the source flow, possibly at once; `pause` stops it.
    init(_ loop: EventLoop, resume: @escaping () -> Void, pause: @escaping () -> Void) {
        waiter = LoopWaiter(loop)
        self.resume = resume
        self.pause = pause
    }

    // MARK: The source's side

    /// Takes a copy of the bytes.
    func append(_ bytes: UnsafeRawBufferPointer) {
        chunks.append(Array(bytes))
        pause()
        waiter.wake()
    }

    /// Nothing follows: the stream was complete, or has failed.
    func finish(_ result: Result<Void, any Error>) {
        guard outcome == nil else { return }
        outcome = result
        waiter.wake()
    }

    // MARK: The task's side

    /// The next chunk, never empty; nil at the end. Throws why the stream was cut off, or `CancellationError`.
    func next() async throws -> [UInt8]? {
        while true {
            if let chunk = chunks.popFirst() { return chunk }
            if let outcome {
                try outcome.get()
                return nil
            }
            resume()
            guard chunks.isEmpty, outcome == nil else { continue }
            do {
                try await waiter.wait()
            } catch  where outcome != nil {
                // What cut the stream off cancelled the task as well: it is the better answer.
            }
        }
    }
}
