import Engine

/// An event loop on a thread of its own.
package final class RunningLoop: Sendable {
    package let loop: EventLoop
    private let thread: JoinableThread
    private let lock = SeenLock()

    /// Runs a loop that was made before, or a new one.
    package init(_ made: EventLoop? = nil) throws {
        let loop = try made ?? EventLoop()
        self.loop = loop
        thread = JoinableThread { loop.run() }
    }

    /// Runs `body` on the loop and returns what it returned. Everything that the loop did before may be looked at then.
    package func on<R: Sendable>(_ body: @escaping @Sendable (EventLoop) -> R) async -> R {
        let result = await withCheckedContinuation { done in
            loop.post { [self] in
                let result = body(loop)
                lock.pass()
                done.resume(returning: result)
            }
        }
        lock.pass()
        return result
    }

    package func end() {
        loop.stop()
        thread.join()
    }
}
