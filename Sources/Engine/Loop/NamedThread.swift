import CLinux
import Glibc
import Synchronization

/// A thread that runs one closure and ends with it, under a name that `ps -L`, `top -H` and debuggers show.
///
/// It inherits what the thread that makes it has: blocked signals, confinement, its place at the processor. The closure is
/// held until it has returned. Either `join` the thread, or let go of this object: then the thread runs on by itself.
public final class NamedThread: Sendable {
    private let thread: pthread_t
    private let isJoined = Atomic(false)

    /// Starts the thread. Of `name` the kernel keeps the first 15 bytes. Throws the errno of pthread_create.
    public init(_ name: String, _ run: @escaping @Sendable () -> Void) throws(Errno) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, run: run))
        // SAFETY: the reference retained here is taken back exactly once: by the thread, or below when there is none.
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                clinux_name_thread(start.name)
                start.run()
                return nil
            }, start.toOpaque())
        guard failed == 0 else {
            start.release()
            throw Errno(failed)
        }
        self.thread = thread
    }

    deinit {
        if !isJoined.load(ordering: .relaxed) { pthread_detach(thread) }
    }

    /// Waits until the closure has returned, which then has let go of what it held. Once, and not from the thread itself.
    public func join() {
        let wasJoined = isJoined.exchange(true, ordering: .relaxed)
        precondition(!wasJoined, "the thread has been joined before")
        pthread_join(thread, nil)
    }

    private final class Start: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
