import Engine

/// Where a task waits on its loop until something happens there. One task at a time, which looks at its condition again and
/// again: a `wake` that finds nobody waiting is remembered, because calling `wait` may give way to others on the loop.
final class LoopWaiter {
    private let loop: EventLoop
    private var continuation: CheckedContinuation<Void, Never>?
    private var isWoken = false

    init(_ loop: EventLoop) { self.loop = loop }

    /// Waits for a `wake` since the last `wait`. Throws when the task is cancelled, before or meanwhile.
    func wait() async throws(CancellationError) {
        precondition(EventLoop.current === loop, "this belongs to the thread of loop \(loop.index): see HTTP.run")
        precondition(continuation == nil, "two tasks wait for the same thing")
        let bound = LoopBound(self)
        let loop = self.loop
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isWoken || Task.isCancelled { continuation.resume() } else { self.continuation = continuation }
            }
        } onCancel: {
            loop.post { bound.value(on: loop).wake() }
        }
        isWoken = false
        if Task.isCancelled { throw CancellationError() }
    }

    /// Lets the task that waits go on, later in this turn.
    func wake() {
        isWoken = true
        let waiting = continuation
        continuation = nil
        waiting?.resume()
    }
}
