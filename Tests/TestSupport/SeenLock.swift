import Glibc

/// A lock that orders what one thread did before what another does after it, in a way that the thread sanitizer sees.
///
/// It does not see the order that a continuation makes when it is resumed before the task waits for it: that is inside the
/// runtime.
///
/// SAFETY: `@unchecked Sendable`: the mutex is made for use by several threads, and does not move.
final class SeenLock: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// What came before this call on any thread that called it before is visible from here on.
    func pass() {
        pthread_mutex_lock(mutex)
        pthread_mutex_unlock(mutex)
    }
}
