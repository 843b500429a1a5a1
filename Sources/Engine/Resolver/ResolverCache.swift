/// Names and what was found of them, with an end to each: an LRU map of fixed size, O(1) in every operation.
///
/// Pure: time is an argument, milliseconds on any monotonic scale. Entries live in a slab and are linked by index, the most
/// recently used one first. What is out of date is removed when it is met or when it is the oldest and room is needed.
struct ResolverCache {
    typealias Answer = Result<ResolvedAddresses, ResolveError>

    private struct Entry {
        var name: String
        var answer: Answer
        var expiresMs: UInt64
        var newer: Int32
        var older: Int32
    }

    private let capacity: Int
    private var index: [String: Int32] = [:]
    private var entries: ContiguousArray<Entry> = []
    private var free: ContiguousArray<Int32> = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1

    /// Entries that gave way before their time.
    private(set) var evictions: UInt64 = 0

    /// `capacity` below 1 makes a cache that keeps nothing.
    init(capacity: Int) { self.capacity = min(capacity, Int(Int32.max)) }

    var count: Int { index.count }

    /// What is known of `name` at `nowMs`; it becomes the most recently used one.
    mutating func find(_ name: String, nowMs: UInt64) -> Answer? {
        guard let place = index[name] else { return nil }
        guard entries[Int(place)].expiresMs > nowMs else {
            remove(place)
            return nil
        }
        if place != newest {
            unlink(place)
            linkNewest(place)
        }
        return entries[Int(place)].answer
    }

    /// Keeps `answer` until `expiresMs`, in place of what was known of `name` before.
    mutating func keep(_ name: String, _ answer: Answer, untilMs expiresMs: UInt64, nowMs: UInt64) {
        guard capacity > 0, expiresMs > nowMs else { return }
        if let place = index[name] {
            entries[Int(place)].answer = answer
            entries[Int(place)].expiresMs = expiresMs
            unlink(place)
            linkNewest(place)
            return
        }
        if index.count >= capacity {
            if entries[Int(oldest)].expiresMs > nowMs { evictions += 1 }
            remove(oldest)
        }
        let entry = Entry(name: name, answer: answer, expiresMs: expiresMs, newer: -1, older: -1)
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            entries[Int(place)] = entry
        } else {
            place = Int32(entries.count)
            entries.append(entry)
        }
        index[name] = place
        linkNewest(place)
    }

    private mutating func remove(_ place: Int32) {
        unlink(place)
        index[entries[Int(place)].name] = nil
        entries[Int(place)].name = ""
        entries[Int(place)].answer = .failure(.cancelled)
        free.append(place)
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (entries[Int(place)].newer, entries[Int(place)].older)
        if newer >= 0 { entries[Int(newer)].older = older } else { newest = older }
        if older >= 0 { entries[Int(older)].newer = newer } else { oldest = newer }
    }

    private mutating func linkNewest(_ place: Int32) {
        entries[Int(place)].newer = -1
        entries[Int(place)].older = newest
        if newest >= 0 { entries[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }
}
