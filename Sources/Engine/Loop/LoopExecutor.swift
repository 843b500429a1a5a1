/// An event loop runs Swift tasks and actors: `Task(executorPreference: loop)`, or `unownedExecutor` of an actor.
///
/// A job that is enqueued on the loop's own thread runs later in the same turn, without a system call; one from another
/// thread goes by way of the mailbox.
extension EventLoop: TaskExecutor, SerialExecutor {
    /// Runs a job of the Swift runtime on the loop. May be called from any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if EventLoop.current === self { return soon(.task(job)) }
        post { self.run(job) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Called by the runtime where code claims to be on this loop and the runtime cannot tell.
    public func checkIsolated() {
        precondition(EventLoop.current === self, "this belongs to the thread of loop \(index)")
    }

    func run(_ job: UnownedJob) {
        job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
}
