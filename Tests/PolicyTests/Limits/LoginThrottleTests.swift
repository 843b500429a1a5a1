import Policy
import Testing

@Suite struct LoginThrottleTests {
    @Test func `after five wrong passwords each costs twice the pause of the one before`() {
        var throttle = LoginThrottle(capacity: 10)
        for _ in 0..<5 { #expect(throttle.failed(.user("a"), nowMs: 0) == 0) }
        #expect(throttle.failed(.user("a"), nowMs: 0) == 1000)
        #expect(throttle.pauseMs(.user("a"), nowMs: 400) == 600)
        #expect(throttle.pauseMs(.user("a"), nowMs: 1000) == 0)
        #expect(throttle.failed(.user("a"), nowMs: 1000) == 2000)
        #expect(throttle.failed(.user("a"), nowMs: 3000) == 4000)
        #expect(throttle.pauseMs(.user("b"), nowMs: 3000) == 0)
    }

    @Test func `the pause has an end to its growth`() {
        var throttle = LoginThrottle(capacity: 10)
        var last: UInt64 = 0
        for _ in 0..<200 { last = throttle.failed(.user("a"), nowMs: 0) }
        #expect(last == 60_000)
    }

    @Test func `wrong passwords are forgotten one each minute`() {
        var throttle = LoginThrottle(capacity: 10)
        for _ in 0..<6 { throttle.failed(.user("a"), nowMs: 0) }
        #expect(throttle.failed(.user("a"), nowMs: 120_000) == 0)
        #expect(throttle.failed(.user("a"), nowMs: 120_000) == 1000)
        #expect(throttle.pauseMs(.user("a"), nowMs: 10_000_000) == 0)
        #expect(throttle.count == 0)
    }

    @Test func `memory is bounded`() {
        var throttle = LoginThrottle(capacity: 16)
        for key in 0..<10_000 { throttle.failed(.user("\(key)"), nowMs: 0) }
        #expect(throttle.count == 16)
    }
}
