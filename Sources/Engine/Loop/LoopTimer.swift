/// Calls a closure once, on its loop. Node `setTimeout`.
///
/// The loop keeps the timer alive, and is kept from ending by it, until it has fired or is cancelled.
public final class LoopTimer: LoopObject {
    private let loop: EventLoop
    private var id = EngineTimerID.none
    private var body: (() -> Void)?

    /// Starts the timer: `body` is called `delayMs` milliseconds from now.
    public init(_ loop: EventLoop, afterMs delayMs: UInt64, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
        super.init()
        id = loop.schedule(self, afterMs: delayMs)
        loop.ref()
    }

    /// The closure will not be called. Harmless when it has been.
    public func cancel() {
        loop.cancel(&id)
        _ = take()
    }

    override public func timerFired(_ tag: UInt8) {
        id = .none
        take()?()
    }

    private func take() -> (() -> Void)? {
        guard let body else { return nil }
        self.body = nil
        loop.unref()
        return body
    }
}
