import Testing

@testable import Pool

@Suite("Random sequences over several loops, messages in any order")
struct SimulationTests {
    static let limits: PoolLimits = {
        var limits = PoolLimits()
        limits.maxSockets = 4
        limits.maxFreeSockets = 2
        limits.maxQueued = 6
        limits.queueTimeoutMs = 3000
        limits.idleTimeoutMs = 2500
        limits.originLingerMs = 2000
        limits.nonRetriableMaxIdleMs = 300
        return limits
    }()

    @Test(
        "every action is legal, the limits are exact, nobody is stranded and everything returns to zero",
        arguments: [(1, Int64(0)), (1, 500), (2, 0), (2, 500), (4, 0), (4, 500)])
    func randomRun(loops: Int, graceMs: Int64) {
        var limits = Self.limits
        limits.freeSurplusGraceMs = graceMs
        for seed in UInt64(1)...4 {
            let simulation = Simulation(loops: loops, keys: 3, limits: limits, seed: seed &* 7919)
            for step in 1...12_000 where simulation.violation == nil {
                simulation.step()
                if step % 1500 == 0 { simulation.quiesce() }
            }
            simulation.quiesce()
            simulation.shutDown()
            #expect(simulation.violation == nil, "loops \(loops), grace \(graceMs), seed \(seed)")
            #expect(simulation.served > 1000)
        }
    }

    @Test("with one socket for two loops nobody is stranded", arguments: UInt64(1)...8)
    func singleSlot(seed: UInt64) {
        var limits = Self.limits
        limits.maxSockets = 1
        limits.maxFreeSockets = 1
        let simulation = Simulation(loops: 2, keys: 1, limits: limits, seed: seed)
        for step in 1...4000 where simulation.violation == nil {
            simulation.step()
            if step % 200 == 0 { simulation.quiesce() }
        }
        simulation.shutDown()
        #expect(simulation.violation == nil)
        #expect(simulation.served > 200)
    }
}

extension Simulation {
    /// One random event.
    func step() {
        let loop = random.below(loopCount)
        switch random.below(100) {
        case 0..<28:
            acquire(
                loop: loop, key: random.below(keyCount), fresh: random.below(4) == 0,
                mayReuse: random.below(6) != 0)
        case 28..<52:
            let busy = live.filter { sockets[$0].state == .inUse }
            guard let number = busy.randomElement(using: &random) else { return }
            let idleLimitMs: Int64 = random.below(8) == 0 ? 0 : Int64(100 + random.below(2400))
            release(number, reusable: random.below(6) != 0, idleLimitMs: idleLimitMs)
        case 52..<64:
            if !dials.isEmpty { finishDial(random.below(dials.count), succeeds: random.below(5) != 0) }
        case 64..<84:
            if !messages.isEmpty { deliver(random.below(messages.count)) }
        case 84..<90:
            if !closings.isEmpty { finishClosing(random.below(closings.count)) }
        case 90..<93:
            if let id = waiting.keys.sorted().randomElement(using: &random) { cancel(id) }
        case 93..<95:
            let candidates = live.filter { sockets[$0].state == .inUse || sockets[$0].state == .idle }
            if let number = candidates.randomElement(using: &random) { close(number) }
        case 95..<98:
            nowMs += Int64(random.below(200))
        default:
            sweep(loop)
        }
    }

    /// No new requests and no time: with every message delivered, every dial made and every socket
    /// released, nobody may be left waiting.
    func quiesce() {
        var rounds = 0
        while violation == nil {
            rounds += 1
            if rounds > 10_000 { return check(false, "no rest after \(rounds) events") }
            if !messages.isEmpty {
                deliver(random.below(messages.count))
            } else if !dials.isEmpty {
                finishDial(random.below(dials.count), succeeds: random.below(5) != 0)
            } else if !closings.isEmpty {
                finishClosing(random.below(closings.count))
            } else if let number = live.first(where: { sockets[$0].state == .inUse }) {
                release(number, reusable: random.below(3) != 0, idleLimitMs: 1000)
            } else {
                break
            }
        }
        check(waiting.isEmpty, "stranded: \(waiting)")
    }

    /// Drains every loop and forgets every origin.
    func shutDown() {
        quiesce()
        for loop in 0..<loopCount {
            pools[loop].pool.drain(&pools[loop].actions)
            settle(loop)
        }
        quiesce()
        for _ in 0..<2 {
            nowMs += limits.originLingerMs
            for loop in 0..<loopCount { sweep(loop) }
        }
        check(live.isEmpty, "sockets left: \(live)")
        check(shared.count == 0, "\(shared.count) origins left")
        for box in pools {
            let snapshot = box.pool.snapshot()
            check(snapshot.origins.isEmpty, "left: \(snapshot.origins)")
        }
    }
}
