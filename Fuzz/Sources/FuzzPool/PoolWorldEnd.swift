import FuzzSupport

@testable import Pool

extension PoolWorld {
    // MARK: Choosing by a byte

    func releaseSome(_ choice: UInt8, reusable: Bool, idleLimitMs: Int64) {
        guard let number = some(choice, of: live, where: { sockets[$0].state == .inUse }) else { return }
        release(number, reusable: reusable, idleLimitMs: idleLimitMs)
    }

    func finishSomeDial(_ choice: UInt8, succeeds: Bool) {
        if !dials.isEmpty { finishDial(Int(choice) % dials.count, succeeds: succeeds) }
    }

    func deliverSome(_ choice: UInt8) {
        if !messages.isEmpty { deliver(Int(choice) % messages.count) }
    }

    func finishSomeClosing(_ choice: UInt8) {
        if let number = some(choice, of: live, where: { sockets[$0].state == .closing }) { close(number) }
    }

    func cancelSome(_ choice: UInt8) {
        if !waiting.isEmpty { cancel(waiting[Int(choice) % waiting.count]) }
    }

    func closeSome(_ choice: UInt8) {
        let isOpen: (Int) -> Bool = { self.sockets[$0].state == .inUse || self.sockets[$0].state == .idle }
        if let number = some(choice, of: live, where: isOpen) { close(number) }
    }

    private func some(_ choice: UInt8, of numbers: [Int], where fits: (Int) -> Bool) -> Int? {
        let candidates = numbers.filter(fits)
        return candidates.isEmpty ? nil : candidates[Int(choice) % candidates.count]
    }

    // MARK: The end

    /// No new requests and no time: with every message delivered, every dial made and every socket released, nobody may be
    /// left waiting.
    private func comeToRest() {
        var events = 0
        while true {
            events += 1
            require(events < 5_000, "no rest after \(events) events")
            if !messages.isEmpty {
                deliver(0)
            } else if !dials.isEmpty {
                finishDial(0, succeeds: events & 3 != 0)
            } else if let number = live.first(where: { sockets[$0].state == .closing }) {
                close(number)
            } else if let number = live.first(where: { sockets[$0].state == .inUse }) {
                release(number, reusable: events & 1 == 0, idleLimitMs: 800)
            } else {
                break
            }
        }
        require(waiting.isEmpty, "stranded: \(waiting.map { requests[$0 - 1] })")
        require(live.allSatisfy { sockets[$0].state == .idle }, "not idle: \(live.map { sockets[$0] })")
        for box in boxes { box.pool.core.checkInvariants() }
    }

    /// Drains every loop and forgets every origin: nothing may be left.
    func shutDown() {
        comeToRest()
        for loop in 0..<loopCount { drain(loop) }
        comeToRest()
        require(live.isEmpty, "free sockets behind a drain: \(live.map { sockets[$0] })")
        for _ in 0..<2 {
            nowMs += limits.originLingerMs
            for loop in 0..<loopCount { sweep(loop) }
        }
        require(shared.count == 0, "\(shared.count) origins left")
        for box in boxes {
            let snapshot = box.pool.snapshot()
            require(snapshot.origins.isEmpty, "left: \(snapshot.origins)")
        }
    }
}
