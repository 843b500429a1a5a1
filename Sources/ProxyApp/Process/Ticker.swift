import Engine

/// Calls a closure again and again, on its loop.
final class Ticker: LoopObject {
    private let loop: EventLoop
    private let everyMs: UInt64
    private let body: () -> Void
    private var timer = EngineTimerID.none

    init(_ loop: EventLoop, everyMs: UInt64, _ body: @escaping () -> Void) {
        self.loop = loop
        self.everyMs = everyMs
        self.body = body
        super.init()
        timer = loop.schedule(self, afterMs: everyMs)
    }

    func stop() { loop.cancel(&timer) }

    override func timerFired(_ tag: UInt8) {
        timer = loop.schedule(self, afterMs: everyMs)
        body()
    }
}
