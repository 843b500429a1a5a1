import TestSupport
import Testing

@testable import HTTPStack

/// Verdicts for lists of arrivals. Unless said otherwise: 1 000 ms without a byte, and 100 bytes in each 5 000 ms.
@Suite struct BodyPaceTests {
    private var pace = BodyPace(idleMs: 1000, windowMs: 5000, windowBytes: 100)

    @Test func firstLookIsDueWhenTheShorterOfTheTwoBoundsIs() {
        var pace = pace
        #expect(pace.start(nowMs: 70_000) == 1000)
        var windowed = BodyPace(idleMs: 1000, windowMs: 200, windowBytes: 100)
        #expect(windowed.start(nowMs: 70_000) == 200)
    }

    @Test func silenceIsTooSlowFromTheLimitOn() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        #expect(pace.verdict(nowMs: 999) == .again(afterMs: 1))
        #expect(pace.verdict(nowMs: 1000) == .tooSlow)
    }

    @Test func everyByteStartsTheSilenceAnew() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        pace.received(1, nowMs: 900)
        #expect(pace.verdict(nowMs: 1000) == .again(afterMs: 900))
        #expect(pace.verdict(nowMs: 1899) == .again(afterMs: 1))
        #expect(pace.verdict(nowMs: 1900) == .tooSlow)
    }

    @Test func trickleIsTooSlowAtTheEndOfItsWindow() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        for nowMs in stride(from: UInt64(500), to: 5000, by: 500) {
            pace.received(10, nowMs: nowMs)
            #expect(pace.verdict(nowMs: nowMs) != .tooSlow)
        }
        #expect(pace.verdict(nowMs: 5000) == .tooSlow, "90 bytes")
    }

    @Test func enoughInTheWindowOpensTheNextOneWithNothingInIt() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        pace.received(100, nowMs: 4500)
        #expect(pace.verdict(nowMs: 5000) == .again(afterMs: 500))
        for nowMs in stride(from: UInt64(5400), to: 10_000, by: 900) { pace.received(1, nowMs: nowMs) }
        #expect(pace.verdict(nowMs: 10_000) == .tooSlow, "the first window's bytes do not count again")
    }

    @Test func surplusOfOneWindowDoesNotPayForTheNext() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        pace.received(1_000_000, nowMs: 4900)
        #expect(pace.verdict(nowMs: 5000) != .tooSlow)
        for nowMs in stride(from: UInt64(5500), through: 9900, by: 400) { pace.received(1, nowMs: nowMs) }
        #expect(pace.verdict(nowMs: 10_000) == .tooSlow)
    }

    @Test func startAfterAPauseForgetsWhatWasBefore() {
        var pace = pace
        _ = pace.start(nowMs: 0)
        pace.received(1, nowMs: 10)
        #expect(pace.start(nowMs: 60_000) == 1000)
        #expect(pace.verdict(nowMs: 60_999) == .again(afterMs: 1))
        pace.received(99, nowMs: 60_999)
        for nowMs in stride(from: UInt64(61_500), to: 65_000, by: 500) { pace.received(0, nowMs: nowMs) }
        #expect(pace.verdict(nowMs: 65_000) == .tooSlow, "99 bytes, not 100")
    }

    @Test func windowOfNoBytesNeverEndsABodyThatArrives() {
        var pace = BodyPace(idleMs: 1000, windowMs: 100, windowBytes: 0)
        _ = pace.start(nowMs: 0)
        for nowMs in stride(from: UInt64(500), to: 20_000, by: 500) {
            pace.received(1, nowMs: nowMs)
            #expect(pace.verdict(nowMs: nowMs) != .tooSlow)
        }
    }

    @Test func nextLookIsNeverAtOnce() {
        var pace = BodyPace(idleMs: 1000, windowMs: 1, windowBytes: 0)
        _ = pace.start(nowMs: 0)
        pace.received(5, nowMs: 1)
        #expect(pace.verdict(nowMs: 1) == .again(afterMs: 1))
    }
}
