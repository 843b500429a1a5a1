import Testing

/// Runs each test of a suite on threads of its own, so that a test that waits for a socket holds up no other.
///
/// The tests block, as the peers of a proxy do: on the shared pool of two or three threads they would starve each other.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    private final class Executor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            // Let go of on purpose: the last job of a test ends its thread itself and cannot join it.
            _ = JoinableThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Executor()) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    package static var ownThread: Self { OwnThread() }
}
