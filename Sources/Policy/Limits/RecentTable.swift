/// A map of fixed size from which the least recently used entry gives way, except for those that are held.
///
/// Entries live in a slab and are linked by index, the most recently used first; held ones are outside of the list. Every
/// operation is O(1). Nothing is allocated once the table has grown to its size.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var key: Key
        var value: Value
        var newer: Int32 = -1
        var older: Int32 = -1
        var isHeld = false
    }

    let capacity: Int
    private var index: [Key: Int32] = [:]
    private var entries: ContiguousArray<Entry> = []
    private var free: ContiguousArray<Int32> = []
    private var newest: Int32 = -1
    private(set) var oldest: Int32 = -1

    /// Entries that gave way to others.
    private(set) var evictions: UInt64 = 0

    init(capacity: Int) { self.capacity = min(max(capacity, 1), Int(Int32.max)) }

    var count: Int { index.count }

    /// Bytes that an entry takes, with its share of the index at its usual load.
    static var bytesPerEntry: Int {
        MemoryLayout<Entry>.stride + (MemoryLayout<Key>.stride + MemoryLayout<Int32>.stride) * 2
    }

    func find(_ key: Key) -> Int32? { index[key] }

    func key(at place: Int32) -> Key { entries[Int(place)].key }

    subscript(place: Int32) -> Value {
        get { entries[Int(place)].value }
        _modify { yield &entries[Int(place)].value }
    }

    /// Puts a new key in, as the most recently used one; nil when all places are held. The key must not be there.
    mutating func insert(_ key: Key, _ value: Value) -> Int32? {
        if index.count >= capacity {
            guard oldest >= 0 else { return nil }
            evictions += 1
            remove(oldest)
        }
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            entries[Int(place)] = Entry(key: key, value: value)
        } else {
            place = Int32(entries.count)
            entries.append(Entry(key: key, value: value))
        }
        index[key] = place
        link(place)
        return place
    }

    /// Makes an entry that is not held the most recently used one.
    mutating func touch(_ place: Int32) {
        guard place != newest, !entries[Int(place)].isHeld else { return }
        unlink(place)
        link(place)
    }

    /// Keeps an entry from giving way until it is released.
    mutating func hold(_ place: Int32) {
        guard !entries[Int(place)].isHeld else { return }
        unlink(place)
        entries[Int(place)].isHeld = true
    }

    /// Lets a held entry give way again; it counts as the most recently used one.
    mutating func release(_ place: Int32) {
        guard entries[Int(place)].isHeld else { return }
        entries[Int(place)].isHeld = false
        link(place)
    }

    /// Takes an entry out.
    mutating func remove(_ place: Int32) {
        if !entries[Int(place)].isHeld { unlink(place) }
        index[entries[Int(place)].key] = nil
        free.append(place)
    }

    /// Takes out all entries that are not held.
    mutating func removeIdle() {
        while oldest >= 0 { remove(oldest) }
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (entries[Int(place)].newer, entries[Int(place)].older)
        if newer >= 0 { entries[Int(newer)].older = older } else { newest = older }
        if older >= 0 { entries[Int(older)].newer = newer } else { oldest = newer }
    }

    private mutating func link(_ place: Int32) {
        entries[Int(place)].newer = -1
        entries[Int(place)].older = newest
        if newest >= 0 { entries[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }
}
