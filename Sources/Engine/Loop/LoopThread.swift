import Glibc

/// A thread that runs one loop until the loop is stopped.
public final class LoopThread: Sendable {
    private let thread: pthread_t

    /// Starts the thread. Throws the errno of pthread_create.
    public init(_ loop: EventLoop) throws(Errno) {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(loop)
        // SAFETY: the reference retained here is taken back exactly once, by the thread.
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        guard failed == 0 else {
            retained.release()
            throw Errno(failed)
        }
        self.thread = thread
    }

    /// Waits for the thread's end, which follows `EventLoop.stop`. To be called once, as its threads are not detached.
    public func join() { pthread_join(thread, nil) }
}
