import TestSupport

@testable import Engine

/// Ends a loop that would run for ever: real time passes only in a test that fails.
///
/// Armed to the end, it is held by the loop, and so must not hold it.
final class Watchdog: LoopObject {
    private unowned let loop: EventLoop
    private(set) var hasBitten = false

    init(_ loop: EventLoop, afterMs: UInt64 = 20_000) {
        self.loop = loop
        super.init()
        _ = loop.schedule(self, afterMs: afterMs)
    }

    override func timerFired(_ tag: UInt8) {
        hasBitten = true
        loop.stop()
    }
}
