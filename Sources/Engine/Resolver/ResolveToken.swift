/// Names one waiting caller of `Resolver.resolve`.
public struct ResolveToken: Sendable {
    let waiter: ResolveWaiter
}

/// One caller who waits for a look-up.
///
/// SAFETY: `@unchecked Sendable` because `completion` is only touched on `loop`'s thread: made there by `resolve`, dropped
/// there by `cancel`, called there by the job that `deliver` posts.
final class ResolveWaiter: @unchecked Sendable {
    typealias Completion = @Sendable (Result<ResolvedAddresses, ResolveError>) -> Void

    private let loop: EventLoop
    private let wantsEarly: Bool
    private var completion: Completion?

    init(loop: EventLoop, early: Bool, completion: @escaping Completion) {
        self.loop = loop
        wantsEarly = early
        self.completion = completion
    }

    /// On the asking loop: the answer will not be delivered, and what the completion captured is let go.
    func cancel() {
        loop.assertOnLoop()
        completion = nil
    }

    /// From any thread. Always posted, also from the asking loop itself: nobody is called back from within `resolve`.
    func deliver(_ result: Result<ResolvedAddresses, ResolveError>) {
        let isEnd = (try? result.get().isComplete) ?? true
        guard isEnd || wantsEarly else { return }
        loop.post {
            let completion = self.completion
            if isEnd { self.completion = nil }
            completion?(result)
        }
    }
}
