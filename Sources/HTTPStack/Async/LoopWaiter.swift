import Engine

/// Where a task waits on its loop until something happens there. One task at a time.
///
/// Confined to the loop, the task's included: between looking at a condition and `wait` nothing can happen, so a `wake` that
/// finds nobody waiting is not missed.
final class LoopWaiter {
    private let loop: EventLoop
    private var continuation: CheckedContinuation<Void, Never>?

    init(_ loop: EventLoop) { self.loop = loop }

    /// Waits for `wake`. Throws when the task is cancelled, before or meanwhile.
    func wait() async throws(CancellationError) {
        precondition(EventLoop.current === loop, "this belongs to the thread of loop \(loop.index): see HTTP.run")
        precondition(continuation == nil, "two tasks wait for the same thing")
        let bound = LoopBound(self)
        let loop = self.loop
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { self.continuation = continuation }
            }
        } onCancel: {
            loop.post { bound.value(on: loop).wake() }
        }
        if Task.isCancelled { throw CancellationError() }
    }

    /// Lets the task that waits go on, later in this turn.
    func wake() {
        let waiting = continuation
        continuation = nil
        waiting?.resume()
    }
}
