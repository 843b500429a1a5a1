import Policy
import Testing

@Suite struct TokenBucketTests {
    let limit = RateLimit(perSecond: 10, burst: 5)

    @Test func `a burst goes through at once and then one each tenth of a second`() {
        var bucket = TokenBucket(limit, nowMs: 1000)
        for _ in 0..<5 { #expect(bucket.take(of: limit, nowMs: 1000) == true) }
        #expect(bucket.take(of: limit, nowMs: 1099) == false)
        #expect(bucket.waitMs(of: limit, nowMs: 1099) == 1)
        #expect(bucket.take(of: limit, nowMs: 1100) == true)
        #expect(bucket.take(of: limit, nowMs: 1100) == false)
    }

    @Test func `a pause fills up to the burst and not beyond`() {
        var bucket = TokenBucket(limit, nowMs: 0)
        #expect(bucket.available(of: limit, nowMs: 1_000_000) == 5)
        #expect(bucket.take(5, of: limit, nowMs: 1_000_000) == true)
        #expect(bucket.take(of: limit, nowMs: 1_000_000) == false)
    }

    @Test func `slow rates lose nothing to rounding`() {
        let slow = RateLimit(perSecond: 1, burst: 1)
        var bucket = TokenBucket(slow, nowMs: 0)
        #expect(bucket.take(of: slow, nowMs: 0) == true)
        for now in 1..<1000 { #expect(bucket.take(of: slow, nowMs: UInt64(now)) == false) }
        #expect(bucket.take(of: slow, nowMs: 1000) == true)
    }

    @Test func `bytes go into debt and the wait pays it`() {
        let bytes = RateLimit(perSecond: 1 << 20, burst: 64 << 10)
        var bucket = TokenBucket(bytes, nowMs: 0)
        let waitMs = bucket.spend(128 << 10, of: bytes, nowMs: 0)
        #expect(waitMs == 63)  // 64 KiB of debt at 1 MiB each second
        #expect(bucket.available(of: bytes, nowMs: waitMs) < 1100)
        #expect(bucket.waitMs(for: 1, of: bytes, nowMs: waitMs) == 0)
    }

    @Test func `a clock that goes back gives nothing`() {
        var bucket = TokenBucket(limit, nowMs: 5000)
        #expect(bucket.take(5, of: limit, nowMs: 5000) == true)
        #expect(bucket.take(of: limit, nowMs: 0) == false)
        #expect(bucket.take(of: limit, nowMs: 5050) == false)
    }

    @Test func `a limit that is lowered counts at once, and one that is raised lets more come`() {
        var bucket = TokenBucket(RateLimit(perSecond: 1, burst: 1000), nowMs: 0)
        let lower = RateLimit(perSecond: 1, burst: 2)
        #expect(bucket.available(of: lower, nowMs: 1) == 2)
        #expect(bucket.available(of: RateLimit(perSecond: 1000, burst: 1000), nowMs: 101) == 102)
    }

    @Test func `the largest numbers do not overflow`() {
        let most = RateLimit(perSecond: .max, burst: .max)
        var bucket = TokenBucket(most, nowMs: 0)
        for _ in 0..<10 { _ = bucket.spend(.max, of: most, nowMs: 0) }
        #expect(bucket.waitMs(for: .max, of: most, nowMs: 1) > 0)
        #expect(bucket.isFull(of: most, nowMs: .max) == true)
    }

    @Test func `over any time no more than burst and rate together goes through`() {
        var random = SplitMix(seed: 8)
        for _ in 0..<100 {
            let limit = RateLimit(perSecond: UInt64(1 + random.below(5000)), burst: UInt64(1 + random.below(100)))
            var bucket = TokenBucket(limit, nowMs: 0)
            var now: UInt64 = 0
            var taken: UInt64 = 0
            for _ in 0..<300 {
                now += UInt64(random.below(20))
                let amount = UInt64(1 + random.below(10))
                if bucket.take(amount, of: limit, nowMs: now) { taken += amount }
            }
            #expect(taken * 1000 <= limit.burst * 1000 + now * limit.perSecond)
        }
    }
}
