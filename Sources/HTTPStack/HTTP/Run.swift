import Engine
import Glibc

extension HTTP {
    /// Runs an event loop on this thread: calls `body` on it, and returns when nothing is left to wait for.
    ///
    /// What it waits for: servers that listen or have connections, requests under way, sockets in the program's hands, timers,
    /// tasks. An agent's free sockets do not count. `EventLoop.stop` ends it at once. Throws what `body` throws, an error that
    /// no listener took (a port in use, say), or the errno of a loop that could not be made.
    ///
    /// SIGPIPE is ignored in the process from here on: a peer that has gone is an error of its socket.
    public static func run(_ body: () throws -> Void) throws {
        signal(SIGPIPE, SIG_IGN)
        let loop = try EventLoop()
        let unhandled = UnhandledError.watch(loop) { [unowned loop] in loop.stop() }
        withoutActuallyEscaping(body) { body in
            loop.soon {
                do { try body() } catch { UnhandledError.raise(error, on: loop) }
            }
            loop.runUntilUnreferenced()
        }
        loop.dispose()
        if let error = unhandled.first { throw error }
    }

    /// Runs an event loop on a thread of its own and `body` as a task on it; returns what `body` does, once it has.
    ///
    /// Servers and sockets that are still open then are dropped with the loop: await what must be finished. Cancelling the
    /// calling task cancels `body`, and so does an error that no listener took, which is thrown then. Throws what `body`
    /// throws, or why there is no loop. The loop must not be stopped by `body`: it would wait for ever.
    @discardableResult
    public static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        signal(SIGPIPE, SIG_IGN)
        let loop = try EventLoop()
        let task = Task(executorPreference: loop) { try await body() }
        let unhandled = LoopBound(UnhandledError.watch(loop) { task.cancel() })
        let thread = try NamedThread("loop") { loop.run() }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        loop.stop()
        thread.join()
        let first = unhandled.value(on: loop).first
        loop.dispose()
        if let first { throw first }
        return try result.get()
    }
}
