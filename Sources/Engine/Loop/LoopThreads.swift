/// The loops of a process, each on its own thread; the first runs on the thread that calls `run`.
public final class LoopThreads: Sendable {
    /// The loops, at least one, each with its place as `index`.
    public let loops: [EventLoop]

    /// Makes `count` loops (at least one) that do not run yet. Throws the errno of a loop that could not be made.
    public init(count: Int) throws(Errno) {
        var made: [EventLoop] = []
        for index in 0..<max(1, count) { made.append(try EventLoop(index: index)) }
        loops = made
    }

    /// Runs all loops; returns when the first has been stopped and the others have ended. Throws the errno of pthread_create.
    public func run() throws(Errno) {
        var threads: [NamedThread] = []
        for loop in loops.dropFirst() {
            do {
                threads.append(try NamedThread("loop-\(loop.index)") { loop.run() })
            } catch {
                for loop in loops { loop.stop() }
                for thread in threads { thread.join() }
                throw error
            }
        }
        loops[0].run()
        for loop in loops.dropFirst() { loop.stop() }
        for thread in threads { thread.join() }
    }
}
