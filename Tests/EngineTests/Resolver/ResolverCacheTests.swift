import TestSupport
import Testing

@testable import Engine

@Suite struct ResolverCacheTests {
    private static func answer(_ number: UInt32) -> ResolverCache.Answer {
        .success(ResolvedAddresses(addresses: [.ipv4(address: number, port: 0)], source: .cache))
    }

    @Test func anEntryLivesUntilItsTimeAndNotAMillisecondLonger() {
        var cache = ResolverCache(capacity: 4)
        cache.keep("a", Self.answer(1), untilMs: 1_000, nowMs: 0)
        #expect(cache.find("a", nowMs: 999) == Self.answer(1))
        #expect(cache.find("a", nowMs: 1_000) == nil)
        #expect(cache.count == 0)
    }

    @Test func theLeastRecentlyUsedEntryGivesWay() {
        var cache = ResolverCache(capacity: 3)
        for (i, name) in ["a", "b", "c"].enumerated() {
            cache.keep(name, Self.answer(UInt32(i)), untilMs: 100, nowMs: 0)
        }
        _ = cache.find("a", nowMs: 1)
        cache.keep("d", Self.answer(9), untilMs: 100, nowMs: 1)
        #expect(cache.find("b", nowMs: 2) == nil)
        #expect(["a", "c", "d"].allSatisfy { cache.find($0, nowMs: 2) != nil })
        #expect(cache.evictions == 1)
    }

    @Test func makingRoomByWhatIsOutOfDateIsNoEviction() {
        var cache = ResolverCache(capacity: 1)
        cache.keep("a", Self.answer(1), untilMs: 10, nowMs: 0)
        cache.keep("b", Self.answer(2), untilMs: 100, nowMs: 10)
        #expect(cache.evictions == 0)
        #expect(cache.find("b", nowMs: 11) == Self.answer(2))
    }

    @Test func aNewAnswerReplacesTheOldOne() {
        var cache = ResolverCache(capacity: 2)
        cache.keep("a", Self.answer(1), untilMs: 10, nowMs: 0)
        cache.keep("a", Self.answer(2), untilMs: 100, nowMs: 5)
        #expect(cache.find("a", nowMs: 50) == Self.answer(2))
        #expect(cache.count == 1)
    }

    @Test func aCacheWithoutRoomKeepsNothing() {
        var cache = ResolverCache(capacity: 0)
        cache.keep("a", Self.answer(1), untilMs: 100, nowMs: 0)
        #expect(cache.find("a", nowMs: 1) == nil)
    }

    /// Against a list that is searched and ordered the slow way.
    @Test func itBehavesLikeASimpleListUnderRandomUse() {
        var generator = SplitMix(seed: 7)
        var cache = ResolverCache(capacity: 16)
        var model: [(name: String, answer: ResolverCache.Answer, until: UInt64)] = []
        var now: UInt64 = 0
        for step in 0..<50_000 {
            now += generator.next() % 3
            let name = "n\(generator.next() % 40)"
            let place = model.firstIndex { $0.name == name }
            if generator.next() % 2 == 0 {
                var expected: ResolverCache.Answer?
                if let place {
                    let entry = model.remove(at: place)
                    if entry.until > now {
                        expected = entry.answer
                        model.insert(entry, at: 0)
                    }
                }
                #expect(cache.find(name, nowMs: now) == expected)
            } else {
                let until = now + 1 + generator.next() % 100
                if let place { model.remove(at: place) } else if model.count == 16 { model.removeLast() }
                model.insert((name, Self.answer(UInt32(step)), until), at: 0)
                cache.keep(name, Self.answer(UInt32(step)), untilMs: until, nowMs: now)
            }
            guard cache.count == model.count else {
                Issue.record("step \(step): \(cache.count) entries, should be \(model.count)")
                return
            }
        }
    }
}
