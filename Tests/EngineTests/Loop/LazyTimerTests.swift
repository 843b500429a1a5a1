import TestSupport
import Testing

@testable import Engine

@Suite struct LazyTimerTests {
    /// Owns a lazy timer and notes when its deadline was really reached.
    private final class Owner: LoopObject {
        let loop: EventLoop
        var timer = LazyTimer()
        var wakeUps = 0
        var reachedMs: [UInt64] = []
        var atWakeUp: (Owner) -> Void = { _ in }

        init(_ loop: EventLoop) { self.loop = loop }

        override func timerFired(_ tag: UInt8) {
            wakeUps += 1
            if timer.fired(loop, owner: self) {
                reachedMs.append(loop.nowMs)
                loop.stop()
            }
            atWakeUp(self)
        }
    }

    @Test func theDeadlineIsReachedOnceAndNotBeforeItsTime() throws {
        let loop = try EventLoop()
        let owner = Owner(loop)
        owner.timer.set(loop, owner: owner, afterMs: 20)
        let due = loop.nowMs + 20
        loop.run()
        #expect(owner.reachedMs.count == 1)
        #expect(owner.reachedMs.allSatisfy { $0 >= due })
        #expect(owner.timer.dueMs == nil)
    }

    @Test func movingItLaterCostsOneExtraWakeUpHoweverOftenItMoves() throws {
        let loop = try EventLoop()
        let owner = Owner(loop)
        for delay in 10...40 { owner.timer.set(loop, owner: owner, afterMs: UInt64(delay)) }
        let due = loop.nowMs + 40
        loop.run()
        #expect(owner.wakeUps == 2)
        #expect(owner.reachedMs.allSatisfy { $0 >= due })
    }

    @Test func movingItEarlierTakesEffect() throws {
        let loop = try EventLoop()
        let owner = Owner(loop)
        owner.timer.set(loop, owner: owner, afterMs: 60_000)
        owner.timer.set(loop, owner: owner, afterMs: 5)
        loop.run()
        #expect(owner.reachedMs.count == 1)
        #expect(owner.wakeUps == 1)
    }

    @Test func aClearedDeadlineIsNotReached() throws {
        let loop = try EventLoop()
        let owner = Owner(loop)
        owner.timer.set(loop, owner: owner, afterMs: 5)
        owner.timer.clear()
        owner.atWakeUp = { $0.loop.stop() }
        loop.run()
        #expect(owner.wakeUps == 1)
        #expect(owner.reachedMs == [])
    }

    @Test func cancellingLetsGoOfTheOwner() throws {
        let loop = try EventLoop()
        var owner: Owner? = Owner(loop)
        weak let weakly = owner
        owner.map { $0.timer.set(loop, owner: $0, afterMs: 60_000) }
        owner?.timer.cancel(loop)
        owner = nil
        #expect(weakly == nil)
    }
}
