import CLinux
import Engine
import Glibc
import Policy
import Synchronization

/// Threads that compute password hashes, so that no loop ever does; one of them also looks at the files now and then.
///
/// The queue is as long as the authenticator lets it become.
final class LoginWorkers: Sendable {
    private struct State {
        var queue: [Verification] = []
        var threads: [NamedThread] = []
        var running = 0
        var isClosing = false
    }

    /// How much worse than the loops' the threads' place at the processor is: a burst of logins must not hold up those who are
    /// in already.
    private static let niceness: CInt = 5

    private let work: @Sendable (Verification) -> Void
    private let look: @Sendable () -> Void
    private let lookEveryMs: UInt64
    /// Counts what there is to do; each thread takes one.
    private let signal: CInt
    /// Readable when the last thread has ended.
    private let done: CInt
    private let state = Mutex(State())

    /// Threads that are not running yet. They call `work` for what is submitted, and one of them `look` every `lookEveryMs`.
    init(
        lookEveryMs: UInt64, work: @escaping @Sendable (Verification) -> Void, look: @escaping @Sendable () -> Void
    ) throws(StartFailure) {
        self.lookEveryMs = lookEveryMs
        self.work = work
        self.look = look
        signal = clinux_semaphore()
        done = clinux_eventfd()
        guard signal >= 0, done >= 0 else { throw StartFailure("cannot make the threads that verify passwords") }
    }

    deinit {
        close(signal)
        close(done)
    }

    /// Starts `count` threads. The owner calls `stop` before it lets go.
    func start(count: Int) throws(StartFailure) {
        for index in 0..<count {
            state.withLock { $0.running += 1 }
            do throws(Errno) {
                let thread = try NamedThread("proxyd-login") {
                    // On Linux this is about the calling thread. A refusal does no harm.
                    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
                    self.run(looks: index == 0)
                }
                state.withLock { $0.threads.append(thread) }
            } catch {
                state.withLock { $0.running -= 1 }
                stop(timeoutMs: 2000)
                throw StartFailure("cannot start a thread that verifies passwords: \(error)")
            }
        }
    }

    /// Has it computed, some time. From any thread.
    func submit(_ verification: Verification) {
        state.withLock { $0.queue.append(verification) }
        wake(signal, 1)
    }

    /// Ends the threads, each after what it is computing, and waits for that for at most `timeoutMs`. What is queued is dropped.
    func stop(timeoutMs: CInt) {
        let threads = state.withLock { state in
            state.isClosing = true
            state.queue = []
            defer { state.threads = [] }
            return state.threads
        }
        guard !threads.isEmpty else { return }
        wake(signal, UInt64(threads.count))
        var waited = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
        // Whoever computes a very slow hash is left behind: the process ends anyway.
        guard poll(&waited, 1, timeoutMs) > 0 else { return }
        for thread in threads { thread.join() }
    }

    private func wake(_ descriptor: CInt, _ count: UInt64) {
        var count = count
        _ = write(descriptor, &count, 8)
    }

    // MARK: A thread

    private func run(looks: Bool) {
        var nextLookMs = MonotonicClock.nowMs() + lookEveryMs
        while true {
            var ready = pollfd(fd: signal, events: Int16(POLLIN), revents: 0)
            let nowMs = MonotonicClock.nowMs()
            _ = poll(&ready, 1, looks ? CInt(clamping: nextLookMs > nowMs ? nextLookMs - nowMs : 0) : -1)
            var count: UInt64 = 0
            _ = read(signal, &count, 8)
            let (verification, isClosing) = state.withLock { state in
                (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isClosing)
            }
            if isClosing { break }
            if let verification { work(verification) }
            guard looks, MonotonicClock.nowMs() >= nextLookMs else { continue }
            look()
            nextLookMs = MonotonicClock.nowMs() + lookEveryMs
        }
        let isLast = state.withLock { state in
            state.running -= 1
            return state.running == 0
        }
        if isLast { wake(done, 1) }
    }
}

/// The loops' clock, for threads that are none.
enum MonotonicClock {
    /// Milliseconds, on the scale of `EventLoop.nowMs`.
    static func nowMs() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
    }
}
