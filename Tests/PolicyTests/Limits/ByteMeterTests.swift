import Policy
import Testing

@Suite struct ByteMeterTests {
    @Test func `pieces are a fiftieth of a second, neither tiny nor huge`() {
        #expect(ByteMeter.pieceBytes(of: RateLimit(perSecond: 1_000_000)) == 20_000)
        #expect(ByteMeter.pieceBytes(of: RateLimit(perSecond: 10)) == 1024)
        #expect(ByteMeter.pieceBytes(of: RateLimit(perSecond: 1 << 40)) == 1 << 20)
    }

    @Test func `a piece moves when its time has come`() {
        var meter = ByteMeter()
        #expect(meter.owed(piece: 100) == 100 && meter.allowance(nowMs: 0) == 0)
        meter.took(piece: 100, waitMs: 20, nowMs: 5)
        #expect(meter.owed(piece: 100) == nil)
        #expect(meter.allowance(nowMs: 24) == 0 && meter.waitMs(nowMs: 24) == 1)
        #expect(meter.allowance(nowMs: 25) == 100 && meter.waitMs(nowMs: 25) == 0)
        meter.moved(60)
        #expect(meter.allowance(nowMs: 30) == 40)
    }

    @Test func `what was moved beyond a piece is owed with the next`() {
        var meter = ByteMeter()
        meter.took(piece: 100, waitMs: 0, nowMs: 0)
        meter.moved(350)
        #expect(meter.allowance(nowMs: 0) == 0)
        #expect(meter.owed(piece: 100) == 350)
        meter.took(piece: 100, waitMs: 10, nowMs: 0)
        #expect(meter.allowance(nowMs: 10) == 100)
    }

    @Test func `at the end the rest goes back and debt is named`() {
        var meter = ByteMeter()
        meter.took(piece: 100, waitMs: 0, nowMs: 0)
        meter.moved(30)
        #expect(meter.settle() == (unused: 70, debt: 0))
        #expect(meter.settle() == (unused: 0, debt: 0))
        meter.moved(30)
        #expect(meter.settle() == (unused: 0, debt: 30))
    }

    /// Any number of connections with reads of any size, each asking as it needs.
    @Test(arguments: [1, 3, 40])
    func `connections of a client move together what the limit says`(connections: Int) throws {
        var random = SplitMix(seed: UInt64(connections))
        let rate = RateLimit(perSecond: 200_000, burst: 50_000)
        let piece = ByteMeter.pieceBytes(of: rate)
        var limits = ClientLimits()
        limits.bytesToClient = rate
        var table = ClientTable(limits: limits, capacity: 4, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        var meters = [ByteMeter](repeating: ByteMeter(), count: connections)
        var moved = [UInt64](repeating: 0, count: connections)
        let timeMs: UInt64 = 20_000
        for nowMs in 0..<timeMs {
            for index in meters.indices {
                if let owed = meters[index].owed(piece: piece) {
                    let waitMs = table.moved(owed, .toClient, place, nowMs: nowMs)
                    meters[index].took(piece: piece, waitMs: waitMs, nowMs: nowMs)
                }
                let allowed = meters[index].allowance(nowMs: nowMs)
                guard allowed > 0 else { continue }
                let count = min(allowed, UInt64(1 + random.below(20_000)))
                meters[index].moved(count)
                moved[index] += count
            }
        }
        let sum = moved.reduce(0, +)
        let most = rate.burst + rate.perSecond * timeMs / 1000
        #expect(sum <= most)
        #expect(sum >= most - rate.burst - piece * UInt64(connections), "and not much less")
        let share = sum / UInt64(connections)
        #expect(moved.allSatisfy { $0 >= share / 2 && $0 <= share * 2 + 2 * piece }, "nobody is left out")
    }
}
