import Engine

/// Where a task finds the response to its request, whichever comes first.
final class ResponseWaiter {
    private let waiter: LoopWaiter
    private var outcome: Result<IncomingMessage, ExchangeFailure>?

    init(_ loop: EventLoop) { waiter = LoopWaiter(loop) }

    func finish(_ result: Result<IncomingMessage, ExchangeFailure>) {
        guard outcome == nil else { return }
        outcome = result
        waiter.wake()
    }

    /// Throws what has become of the request, if that is a failure.
    func check() throws(ExchangeFailure) { _ = try outcome?.get() }

    func response() async throws -> IncomingMessage {
        while true {
            if let outcome { return try outcome.get() }
            try await waiter.wait()
        }
    }
}
