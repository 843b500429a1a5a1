import Synchronization
import Testing

@testable import Pool

@Suite("What the loops share about an origin")
struct OriginShareTests {
    /// What the threads see of each other, counted apart from the share.
    final class Tally: Sendable {
        let held = Atomic<Int>(0)
        let highest = Atomic<Int>(0)
        let taken = Atomic<Int>(0)
    }

    @Test("four threads never hold more slots than the limit, and end with none")
    func exactUnderContention() async {
        let share = OriginShare(loopCount: 4)
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50_000 where share.tryReserveSlot(limit: 3) {
                        let now = tally.held.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
                        tally.highest.max(now, ordering: .relaxed)
                        tally.taken.wrappingAdd(1, ordering: .relaxed)
                        tally.held.wrappingSubtract(1, ordering: .sequentiallyConsistent)
                        share.releaseSlot()
                    }
                }
            }
        }
        #expect(tally.highest.load(ordering: .relaxed) <= 3)
        #expect(tally.taken.load(ordering: .relaxed) > 0)
        #expect(share.total == 0)
    }

    @Test("a waiting loop is claimed by exactly one of four threads")
    func claimedOnce() async {
        let share = OriginShare(loopCount: 5)
        for _ in 0..<500 {
            share.setWaiting(4)
            let claims = await withTaskGroup(of: Int.self) { group in
                for loop in 0..<4 {
                    group.addTask { share.claimWaiting(except: loop, after: loop) == 4 ? 1 : 0 }
                }
                return await group.reduce(0, +)
            }
            #expect(claims == 1)
        }
    }

    @Test("claims go round the waiting loops")
    func claimsInTurn() {
        let share = OriginShare(loopCount: 64)
        for loop in [0, 5, 63] { share.setWaiting(loop) }
        #expect(share.claimWaiting(except: 1, after: 5) == 63)
        #expect(share.claimWaiting(except: 1, after: 63) == 0)
        #expect(share.claimWaiting(except: 1, after: 0) == 5)
        #expect(share.claimWaiting(except: 1, after: 0) == nil)
    }

    @Test("a loop never claims itself")
    func notItself() {
        let share = OriginShare(loopCount: 2)
        share.setWaiting(1)
        #expect(share.claimWaiting(except: 1, after: 0) == nil)
        #expect(share.claimWaiting(except: 0, after: 0) == 1)
    }

    @Test("an origin is shared while any loop remembers it, and gone afterwards")
    func registry() {
        let shared = SharedOrigins<String>(loopCount: 2)
        let first = shared.retain("a")
        #expect(shared.retain("a") === first)
        shared.release("a")
        #expect(shared.count == 1)
        shared.release("a")
        #expect(shared.count == 0)
    }

    @Test("an origin with a travelling socket is kept although no loop remembers it")
    func travellingKeepsEntry() {
        let shared = SharedOrigins<String>(loopCount: 2)
        let share = shared.retain("a")
        #expect(share.tryReserveSlot(limit: 1))
        shared.release("a")
        #expect(shared.count == 1)
        #expect(shared.retain("a") === share)
        share.releaseSlot()
        shared.release("a")
        #expect(shared.count == 0)
    }
}
