import Engine

/// A thread that the test waits for, so that nothing of it outlives the test: a `NamedThread` that there always is.
package final class JoinableThread: Sendable {
    private let thread: NamedThread

    package init(_ run: @escaping @Sendable () -> Void) {
        do throws(Errno) { thread = try NamedThread("test", run) } catch { preconditionFailure("no thread: \(error)") }
    }

    package func join() { thread.join() }
}
