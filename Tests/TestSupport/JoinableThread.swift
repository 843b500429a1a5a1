import Glibc

/// A thread that the test waits for, so that nothing of it outlives the test.
///
/// SAFETY: `@unchecked Sendable`: `thread` is written in `init` and only read afterwards.
package final class JoinableThread: @unchecked Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var thread = pthread_t()

    package init(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { context in
                // SAFETY: the one reference that `init` made for this thread.
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body)
        precondition(status == 0, "pthread_create: \(status)")
    }

    package func join() { pthread_join(thread, nil) }

    /// The thread ends by itself; nobody joins it.
    package func detach() { pthread_detach(thread) }
}
