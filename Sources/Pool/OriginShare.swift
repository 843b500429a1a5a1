import Synchronization

/// What the loops share about one origin: the exact limits, and who waits and who could help.
///
/// No locks. A request that finds a free socket on its own loop writes only its loop's cell, which sits
/// on a cache line of its own, and reads the bitmap of waiting loops, which nobody writes while nobody waits.
///
/// ## Why no wakeup is lost
///
/// A loop about to leave a request waiting (W) and a loop that frees a socket or a slot (R) do, in this order:
///
///     W: set own bit in `waitingLoops`;       then look at `total` and at the free cells of the others
///     R: write `total` or the own free cell;  then look at `waitingLoops`
///
/// All four are sequentially consistent, so W's look and R's look cannot both miss the other's write
/// (Dekker). If W sees it, W takes the slot or asks for the socket. If R sees the bit, R *claims* it by
/// clearing it: the one loop that clears it sends a message (a socket or a slot), and the receiver, having
/// taken what was sent, starts again at "set own bit" if requests still wait. A releaser that finds the bit
/// claimed by another is covered too: the claimed loop's next "set own bit" comes after this releaser's look,
/// hence its own look comes after this releaser's write.
final class OriginShare: @unchecked Sendable {
    /// SAFETY (`@unchecked`): everything behind `lines` is atomic, and the pointer never changes until `deinit`.
    private let lines: UnsafeMutableRawPointer
    let loopCount: Int

    private static let lineBytes = 64

    /// One loop's line. Only that loop writes it.
    struct LoopCell: ~Copyable {
        let free = Atomic<Int>(0)
    }

    /// The line all loops write: only when dialling, closing or queueing.
    private struct Totals: ~Copyable {
        let sockets = Atomic<Int>(0)
        let queued = Atomic<Int>(0)
        let waitingLoops = Atomic<UInt64>(0)
    }

    init(loopCount: Int) {
        self.loopCount = loopCount
        lines = .allocate(byteCount: Self.lineBytes * (loopCount + 1), alignment: Self.lineBytes)
        lines.initializeMemory(as: Totals.self, to: Totals())
        for loop in 0..<loopCount {
            (lines + Self.lineBytes * (loop + 1)).initializeMemory(as: LoopCell.self, to: LoopCell())
        }
    }

    deinit {
        lines.deallocate()
    }

    private var totals: UnsafeMutablePointer<Totals> { lines.assumingMemoryBound(to: Totals.self) }

    /// The cell of one loop; valid as long as this object.
    func cell(_ loop: Int) -> UnsafeMutablePointer<LoopCell> {
        precondition(loop >= 0 && loop < loopCount, "loop \(loop) of \(loopCount)")
        return (lines + Self.lineBytes * (loop + 1)).assumingMemoryBound(to: LoopCell.self)
    }

    // MARK: Slots

    /// Sockets open, being dialled or travelling, over all loops.
    var total: Int { totals.pointee.sockets.load(ordering: .sequentiallyConsistent) }

    /// Takes one slot unless `limit` are taken.
    func tryReserveSlot(limit: Int) -> Bool {
        Self.increment(totals.pointee.sockets, limit: limit)
    }

    func releaseSlot() {
        let left = totals.pointee.sockets.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
        precondition(left >= 0, "more slots released than taken: \(left)")
    }

    // MARK: Queue places

    /// Requests waiting without a dial of their own, over all loops.
    var queued: Int { totals.pointee.queued.load(ordering: .sequentiallyConsistent) }

    func tryReservePlace(limit: Int) -> Bool {
        Self.increment(totals.pointee.queued, limit: limit)
    }

    func releasePlaces(_ places: Int) {
        let left = totals.pointee.queued.wrappingSubtract(places, ordering: .sequentiallyConsistent).newValue
        precondition(left >= 0, "more queue places released than taken: \(left)")
    }

    // MARK: Waiting loops

    func waitingLoops(except loop: Int) -> UInt64 {
        totals.pointee.waitingLoops.load(ordering: .sequentiallyConsistent) & ~(1 &<< UInt64(loop))
    }

    func setWaiting(_ loop: Int) {
        totals.pointee.waitingLoops.bitwiseOr(1 &<< UInt64(loop), ordering: .sequentiallyConsistent)
    }

    func clearWaiting(_ loop: Int) {
        totals.pointee.waitingLoops.bitwiseAnd(~(1 &<< UInt64(loop)), ordering: .sequentiallyConsistent)
    }

    /// Clears the bit of one waiting loop other than `loop` and returns it: the caller now owes that loop a
    /// socket or a slot. The search starts after `turn`, so that callers who advance it serve all in turn.
    func claimWaiting(except loop: Int, after turn: Int) -> Int? {
        while true {
            let waiting = waitingLoops(except: loop)
            guard waiting != 0 else { return nil }
            let later = turn >= 63 ? 0 : waiting & (~0 &<< UInt64(turn + 1))
            let chosen = (later != 0 ? later : waiting).trailingZeroBitCount
            let bit: UInt64 = 1 &<< UInt64(chosen)
            let before = totals.pointee.waitingLoops.bitwiseAnd(~bit, ordering: .sequentiallyConsistent).oldValue
            if before & bit != 0 { return chosen }
        }
    }

    // MARK: Free sockets

    /// Free sockets over all loops, or over all but one.
    func freeCount(except loop: Int = -1) -> Int {
        var sum = 0
        for other in 0..<loopCount where other != loop {
            sum += cell(other).pointee.free.load(ordering: .sequentiallyConsistent)
        }
        return sum
    }

    /// A loop other than `loop` that had a free socket when looked at, searched from after `turn`.
    func loopWithFree(except loop: Int, after turn: Int) -> Int? {
        for step in 1...loopCount {
            let other = (turn + step) % loopCount
            if other != loop && cell(other).pointee.free.load(ordering: .sequentiallyConsistent) > 0 { return other }
        }
        return nil
    }

    private static func increment(_ counter: borrowing Atomic<Int>, limit: Int) -> Bool {
        var seen = counter.load(ordering: .relaxed)
        while seen < limit {
            let (done, now) = counter.weakCompareExchange(
                expected: seen, desired: seen + 1, ordering: .sequentiallyConsistent)
            if done { return true }
            seen = now
        }
        return false
    }
}
