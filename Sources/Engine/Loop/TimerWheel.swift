/// A hierarchical timer wheel: O(1) schedule and cancel, no allocation in the steady state.
///
/// Pure: time comes in as milliseconds on any monotonic scale. Six levels of 64 slots cover 2^36 ms (over two years);
/// longer delays are clamped to that. A timer never fires early, and fires at the first `advance` at or after its due time.
/// Entries live in a slab and are linked by index, so a million timers are one array.
public struct TimerWheel<Payload> {
    /// Names one scheduled timer; stale names (fired or cancelled) are ignored by `cancel`.
    public struct ID: Equatable, Sendable {
        var index: Int32
        var generation: UInt32

        /// Names no timer.
        public static var none: ID { ID(index: -1, generation: 0) }
        /// Does it name no timer?
        public var isNone: Bool { index < 0 }
    }

    private struct Entry {
        var payload: Payload?
        var dueMs: UInt64
        var next: Int32
        var previous: Int32
        var generation: UInt32
        /// level * 64 + slot of the list that holds this entry.
        var list: Int32
    }

    private static var levels: Int { 6 }
    private static var maxDelayMs: UInt64 { (1 << 36) - 1 }

    private var entries: ContiguousArray<Entry> = []
    private var freeHead: Int32 = -1
    private var heads: ContiguousArray<Int32>
    /// One bit per slot and level: is the list non-empty?
    private var occupied: ContiguousArray<UInt64>
    private var nowMs: UInt64

    /// How many timers are scheduled.
    public private(set) var count = 0

    /// An empty wheel at the time from which it advances.
    public init(nowMs: UInt64) {
        self.nowMs = nowMs
        heads = ContiguousArray(repeating: -1, count: Self.levels * 64)
        occupied = ContiguousArray(repeating: 0, count: Self.levels)
    }

    /// Schedules `payload` to fire at `dueMs`; a time that has passed fires at the next `advance`.
    public mutating func schedule(_ payload: Payload, dueMs: UInt64) -> ID {
        let due = min(max(dueMs, nowMs &+ 1), nowMs &+ Self.maxDelayMs)
        let index: Int32
        if freeHead >= 0 {
            index = freeHead
            freeHead = entries[Int(index)].next
        } else {
            index = Int32(entries.count)
            entries.append(Entry(payload: nil, dueMs: 0, next: -1, previous: -1, generation: 0, list: -1))
        }
        entries[Int(index)].payload = payload
        entries[Int(index)].dueMs = due
        link(index)
        count += 1
        return ID(index: index, generation: entries[Int(index)].generation)
    }

    /// Removes the timer and returns its payload, or nil when it has fired or was cancelled before.
    @discardableResult
    public mutating func cancel(_ id: ID) -> Payload? {
        guard id.index >= 0, Int(id.index) < entries.count,
            entries[Int(id.index)].generation == id.generation, entries[Int(id.index)].list >= 0
        else { return nil }
        unlink(id.index)
        return free(id.index)
    }

    /// Milliseconds from `nowMs` until something may be due: 0 when overdue, nil when nothing is scheduled.
    ///
    /// Exact for the next 64 ms; further away it is the start of the slot to look into, never later than the due time.
    public func delayUntilNext(nowMs current: UInt64) -> UInt64? {
        var best: UInt64?
        for level in 0..<Self.levels where occupied[level] != 0 {
            let shift = UInt64(6 * level)
            let position = (nowMs >> shift) & 63
            let rotated = (occupied[level] >> position) | (position == 0 ? 0 : occupied[level] << (64 - position))
            var ahead = UInt64(rotated.trailingZeroBitCount)
            // An upper level's own position was cascaded on entry: what is left there is a whole turn away.
            if level > 0, ahead == 0 {
                let rest = rotated & ~1
                ahead = rest == 0 ? 64 : UInt64(rest.trailingZeroBitCount)
            }
            let start = ((nowMs >> shift) &+ ahead) << shift
            best = min(best ?? .max, start)
        }
        return best.map { $0 > current ? $0 - current : 0 }
    }

    /// Moves time to `current` and hands over every payload that is due, in order of time to the millisecond.
    /// `fire` may not touch the wheel; collect there and act afterwards.
    public mutating func advance(to current: UInt64, fire: (Payload) -> Void) {
        while nowMs < current {
            guard count > 0 else {
                nowMs = current
                return
            }
            // Skip to the next moment at which a slot of level 0 is due or an upper level must be cascaded.
            let delay = delayUntilNext(nowMs: nowMs) ?? .max
            if delay > 1, current - nowMs < delay {
                nowMs = current
                return
            }
            nowMs &+= max(1, delay)
            if nowMs & 63 == 0 { cascade() }
            expire(slot: Int(nowMs & 63), fire: fire)
        }
    }

    // MARK: Lists

    private mutating func link(_ index: Int32) {
        let due = entries[Int(index)].dueMs
        let distance = due ^ nowMs
        let level = distance < 64 ? 0 : (63 - distance.leadingZeroBitCount) / 6
        let bounded = min(level, Self.levels - 1)
        let slot = Int((due >> UInt64(6 * bounded)) & 63)
        let list = bounded * 64 + slot
        entries[Int(index)].list = Int32(list)
        entries[Int(index)].previous = -1
        let head = heads[list]
        entries[Int(index)].next = head
        if head >= 0 { entries[Int(head)].previous = index }
        heads[list] = index
        occupied[bounded] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ index: Int32) {
        let entry = entries[Int(index)]
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.list)] = entry.next
            if entry.next < 0 { occupied[Int(entry.list) / 64] &= ~(1 << UInt64(entry.list & 63)) }
        }
        entries[Int(index)].list = -1
    }

    private mutating func free(_ index: Int32) -> Payload? {
        let payload = entries[Int(index)].payload
        entries[Int(index)].payload = nil
        entries[Int(index)].generation &+= 1
        entries[Int(index)].next = freeHead
        freeHead = index
        count -= 1
        return payload
    }

    /// Entering a new 64 ms turn: the current slot of each upper level that also turned is spread over the levels below.
    private mutating func cascade() {
        var level = 1
        while level < Self.levels {
            let slot = Int((nowMs >> UInt64(6 * level)) & 63)
            var index = heads[level * 64 + slot]
            heads[level * 64 + slot] = -1
            occupied[level] &= ~(1 << UInt64(slot))
            while index >= 0 {
                let next = entries[Int(index)].next
                link(index)
                index = next
            }
            if slot != 0 { break }
            level += 1
        }
    }

    private mutating func expire(slot: Int, fire: (Payload) -> Void) {
        var index = heads[slot]
        heads[slot] = -1
        occupied[0] &= ~(1 << UInt64(slot))
        while index >= 0 {
            let next = entries[Int(index)].next
            entries[Int(index)].list = -1
            if let payload = free(index) { fire(payload) }
            index = next
        }
    }
}
