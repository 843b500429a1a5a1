import TestSupport
import Testing

@testable import Engine

@Suite struct TimerWheelTests {
    private static func advance(_ wheel: inout TimerWheel<Int>, to nowMs: UInt64) -> [Int] {
        var fired: [Int] = []
        wheel.advance(to: nowMs) { fired.append($0) }
        return fired
    }

    @Test func timersFireInOrderOfTheirTime() {
        var wheel = TimerWheel<Int>(nowMs: 1_000)
        for due in [1_500, 1_003, 90_000, 1_063, 1_064, 1_002] { _ = wheel.schedule(due, dueMs: UInt64(due)) }
        #expect(Self.advance(&wheel, to: 100_000) == [1_002, 1_003, 1_063, 1_064, 1_500, 90_000])
        #expect(wheel.count == 0)
    }

    @Test func aTimerNeverFiresEarly() {
        var wheel = TimerWheel<Int>(nowMs: 0)
        _ = wheel.schedule(1, dueMs: 100)
        #expect(Self.advance(&wheel, to: 99) == [])
        #expect(Self.advance(&wheel, to: 100) == [1])
    }

    @Test func aTimeThatHasPassedFiresAtTheNextAdvance() {
        var wheel = TimerWheel<Int>(nowMs: 500)
        _ = wheel.schedule(1, dueMs: 3)
        #expect(Self.advance(&wheel, to: 501) == [1])
    }

    @Test(arguments: [0, 1, 63, 64, 1_000, 4_095, 4_096, 262_143, 262_144] as [UInt64])
    func aTimerFiresExactlyAtItsTimeAcrossEveryBoundary(start: UInt64) {
        let powers = [1, 64, 4_096, 262_144, 16_777_216, 1_073_741_824] as [UInt64]
        for delay in powers.flatMap({ [$0 - 1, $0, $0 + 1] }) where delay > 0 {
            var wheel = TimerWheel<Int>(nowMs: start)
            _ = wheel.schedule(7, dueMs: start + delay)
            if delay > 1 { #expect(Self.advance(&wheel, to: start + delay - 1) == [], "\(start)+\(delay)") }
            #expect(Self.advance(&wheel, to: start + delay) == [7], "\(start)+\(delay)")
        }
    }

    @Test func aDelayBeyondTheWheelIsClampedToItsRange() {
        var wheel = TimerWheel<Int>(nowMs: 5)
        _ = wheel.schedule(1, dueMs: .max)
        let range: UInt64 = (1 << 36) - 1
        #expect(Self.advance(&wheel, to: 5 + range - 1) == [])
        #expect(Self.advance(&wheel, to: 5 + range) == [1])
    }

    @Test func aCancelledTimerDoesNotFire() {
        var wheel = TimerWheel<Int>(nowMs: 0)
        let ids = (1...3).map { wheel.schedule($0, dueMs: 10) }
        #expect(wheel.cancel(ids[1]) == 2)
        #expect(Set(Self.advance(&wheel, to: 10)) == [1, 3])
    }

    @Test func aStaleNameCancelsNobodyElse() {
        var wheel = TimerWheel<Int>(nowMs: 0)
        let first = wheel.schedule(1, dueMs: 10)
        #expect(wheel.cancel(first) == 1)
        _ = wheel.schedule(2, dueMs: 10)
        #expect(wheel.cancel(first) == nil)
        let third = wheel.schedule(3, dueMs: 20)
        #expect(Self.advance(&wheel, to: 10) == [2])
        #expect(Self.advance(&wheel, to: 20) == [3])
        #expect(wheel.cancel(third) == nil)
        #expect(wheel.cancel(.none) == nil)
    }

    @Test func anEmptyWheelHasNothingToWaitFor() {
        var wheel = TimerWheel<Int>(nowMs: 0)
        #expect(wheel.delayUntilNext(nowMs: 0) == nil)
        let id = wheel.schedule(1, dueMs: 5_000)
        #expect(wheel.delayUntilNext(nowMs: 0) != nil)
        wheel.cancel(id)
        #expect(wheel.delayUntilNext(nowMs: 0) == nil)
    }

    @Test func theWaitIsExactForTheNearAndNeverTooLong() {
        var wheel = TimerWheel<Int>(nowMs: 0)
        _ = wheel.schedule(1, dueMs: 40)
        #expect(wheel.delayUntilNext(nowMs: 0) == 40)
        #expect(wheel.delayUntilNext(nowMs: 30) == 10)
        #expect(wheel.delayUntilNext(nowMs: 50) == 0)
    }

    /// A wheel that is waited on as the loop does it reaches a far deadline in a handful of wake-ups.
    @Test func aFarDeadlineCostsFewWakeUps() throws {
        var wheel = TimerWheel<Int>(nowMs: 17)
        let due: UInt64 = 17 + 3_600_000
        _ = wheel.schedule(1, dueMs: due)
        var now: UInt64 = 17
        var wakeUps = 0
        while wheel.count > 0 {
            now += try #require(wheel.delayUntilNext(nowMs: now))
            _ = Self.advance(&wheel, to: now)
            wakeUps += 1
            try #require(wakeUps <= 10 && now <= due)
        }
        #expect(now == due)
    }

    /// Against a plain table of due times; a quarter of a million operations.
    @Test(arguments: [1, 2] as [UInt64])
    func itBehavesLikeATableOfDueTimesUnderRandomUse(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        var now = generator.next() % 100_000
        var wheel = TimerWheel<Int>(nowMs: now)
        var due: [Int: UInt64] = [:]
        var names: [(payload: Int, id: TimerWheel<Int>.ID)] = []
        for step in 0..<125_000 {
            switch generator.next() % 8 {
            case 0...3:
                let delay = generator.next() % (1 << (generator.next() % 24))
                names.append((step, wheel.schedule(step, dueMs: now + delay)))
                due[step] = max(now + 1, now + delay)
            case 4...5 where !names.isEmpty:
                let place = Int(generator.next() % UInt64(names.count))
                let (payload, id) = names[place]
                names.swapAt(place, names.count - 1)
                names.removeLast()
                let expected = due.removeValue(forKey: payload) == nil ? nil : payload
                let cancelled = wheel.cancel(id)
                try #require(cancelled == expected, "step \(step)")
            case 6 where step % 64 == 0:
                // Time jumps far: many timers at once.
                now += generator.next() % (1 << 22)
                try check(&wheel, now, &due, step)
            default:
                now += generator.next() % 4
                // Ask the table only when something may be due: it is slow.
                if step % 16 == 0 {
                    try check(&wheel, now, &due, step)
                } else {
                    try checkFired(&wheel, now, &due, step)
                }
            }
        }
        try check(&wheel, now + (1 << 25), &due, .max)
        #expect(due.isEmpty)
    }

    /// Everything that fires was due, in order.
    private func checkFired(
        _ wheel: inout TimerWheel<Int>, _ now: UInt64, _ due: inout [Int: UInt64], _ step: Int
    ) throws {
        var last: UInt64 = 0
        for payload in Self.advance(&wheel, to: now) {
            let known = due.removeValue(forKey: payload)
            let time = try #require(known, "step \(step): fired twice or after its end")
            try #require(time <= now && time >= last, "step \(step): early or out of order")
            last = time
        }
        try #require(wheel.count == due.count, "step \(step)")
    }

    /// And nothing that was due stayed, nor would be waited past.
    private func check(_ wheel: inout TimerWheel<Int>, _ now: UInt64, _ due: inout [Int: UInt64], _ step: Int) throws {
        try checkFired(&wheel, now, &due, step)
        let next = due.values.min()
        try #require(next.map { $0 > now } ?? true, "step \(step): late")
        let wait = wheel.delayUntilNext(nowMs: now)
        try #require((wait == nil) == (next == nil), "step \(step)")
        if let wait, let next { try #require(now + wait <= next, "step \(step): waits past the next timer") }
    }
}
