import Engine

/// An event loop on a thread of its own.
package final class RunningLoop: Sendable {
    package let loop: EventLoop
    private let thread: JoinableThread

    /// Runs a loop that was made before, or a new one.
    package init(_ made: EventLoop? = nil) throws {
        let loop = try made ?? EventLoop()
        self.loop = loop
        thread = JoinableThread { loop.run() }
    }

    /// Runs `body` on the loop and returns what it returned.
    package func on<R: Sendable>(_ body: @escaping @Sendable (EventLoop) -> R) async -> R {
        await withCheckedContinuation { done in
            loop.post { done.resume(returning: body(self.loop)) }
        }
    }

    package func end() {
        loop.stop()
        thread.join()
    }
}
