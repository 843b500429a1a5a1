import Glibc
import Testing

@testable import Engine

@Suite struct FamilyMemoryTests {
    @Test func aFamilyThatUsuallyGoesFirstIsNotRemembered() {
        var memory = FamilyMemory()
        memory.won(AF_INET6, at: "o.example", usual: AF_INET6, nowMs: 0)
        #expect(memory.family(for: "o.example", nowMs: 0) == nil)
    }

    @Test func theOtherFamilyIsRememberedForTenMinutesHoweverOftenItWins() {
        var memory = FamilyMemory()
        for minute in UInt64(0)..<10 {
            memory.won(AF_INET, at: "o.example", usual: AF_INET6, nowMs: minute * 60_000)
            #expect(memory.family(for: "o.example", nowMs: minute * 60_000) == AF_INET)
        }
        #expect(memory.family(for: "o.example", nowMs: 599_999) == AF_INET)
        #expect(memory.family(for: "o.example", nowMs: 600_000) == nil)
        #expect(memory.family(for: "p.example", nowMs: 0) == nil)
        memory.won(AF_INET, at: "o.example", usual: AF_INET6, nowMs: 600_000)
        #expect(memory.family(for: "o.example", nowMs: 1_199_999) == AF_INET)
    }

    @Test func itIsForgottenWhenTheUsualFamilyWinsAgain() {
        var memory = FamilyMemory()
        memory.won(AF_INET, at: "o.example", usual: AF_INET6, nowMs: 0)
        memory.won(AF_INET6, at: "o.example", usual: AF_INET6, nowMs: 1)
        #expect(memory.family(for: "o.example", nowMs: 1) == nil)
    }

    @Test func thereIsRoomForABoundedNumberOfHosts() {
        var memory = FamilyMemory()
        for number in 0..<10_000 { memory.won(AF_INET, at: "\(number).example", usual: AF_INET6, nowMs: 0) }
        let kept = (0..<10_000).count { memory.family(for: "\($0).example", nowMs: 0) == AF_INET }
        #expect(kept > 400 && kept <= 512)
        #expect(memory.family(for: "9999.example", nowMs: 0) == AF_INET, "the last one is there")
    }
}
