/// Prefixes of one address family, sorted, with the longest match found by one binary search.
///
/// Columns instead of records, because a look-up touches only `starts` until it is nearly done. Every prefix knows the one
/// around it: behind the last start not above the address, the enclosing prefixes are the only candidates.
struct PrefixTable<Bits: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private var starts: ContiguousArray<Bits> = []
    private var lengths: ContiguousArray<UInt8> = []
    /// Index of the next larger prefix around this one; UInt32.max for none.
    private var parents: ContiguousArray<UInt32> = []
    private var tags: ContiguousArray<UInt32> = []

    private static var none: UInt32 { .max }

    init() {}

    /// `entries` in any order, starts with the bits behind the prefix cleared. Of equal prefixes the smallest tag stays.
    init(_ entries: consuming ContiguousArray<(start: Bits, length: UInt8, tag: UInt32)>) {
        precondition(entries.count < Int(Self.none))
        // Larger prefixes first among those with the same start, so that what encloses comes before what is enclosed.
        entries.sort {
            $0.start != $1.start
                ? $0.start < $1.start : $0.length != $1.length ? $0.length < $1.length : $0.tag < $1.tag
        }
        starts.reserveCapacity(entries.count)
        lengths.reserveCapacity(entries.count)
        parents.reserveCapacity(entries.count)
        tags.reserveCapacity(entries.count)
        var enclosing: [Int] = []
        for entry in entries {
            if let last = starts.last, last == entry.start, lengths[lengths.count - 1] == entry.length { continue }
            while let around = enclosing.last, !holds(around, entry.start) { enclosing.removeLast() }
            parents.append(enclosing.last.map { UInt32($0) } ?? Self.none)
            enclosing.append(starts.count)
            starts.append(entry.start)
            lengths.append(entry.length)
            tags.append(entry.tag)
        }
    }

    var count: Int { starts.count }

    /// Bytes held by the columns.
    var bytesHeld: Int {
        starts.capacity * MemoryLayout<Bits>.stride + lengths.capacity + (parents.capacity + tags.capacity) * 4
    }

    /// The longest prefix that holds `address`.
    func find(_ address: Bits) -> (start: Bits, length: UInt8, tag: UInt32)? {
        guard let place = place(of: address) else { return nil }
        return (starts[place], lengths[place], tags[place])
    }

    /// Is every address of the prefix in one prefix of the table?
    func covers(_ start: Bits, length: UInt8) -> Bool {
        var place = place(of: start)
        while let found = place {
            if lengths[found] <= length { return true }
            place = parents[found] == Self.none ? nil : Int(parents[found])
        }
        return false
    }

    /// Has the table a prefix that shares an address with this one?
    func touches(_ start: Bits, length: UInt8) -> Bool {
        if place(of: start) != nil { return true }
        let next = firstIndex(above: start)
        guard next < starts.count else { return false }
        return length == 0 || (starts[next] ^ start) >> (Bits.bitWidth - Int(length)) == 0
    }

    /// Every prefix, sorted.
    func visit(_ body: (_ start: Bits, _ length: UInt8, _ tag: UInt32) -> Void) {
        for index in starts.indices { body(starts[index], lengths[index], tags[index]) }
    }

    /// Index of the longest prefix around `address`.
    @inline(__always)
    private func place(of address: Bits) -> Int? {
        let above = firstIndex(above: address)
        var index = above == 0 ? Self.none : UInt32(truncatingIfNeeded: above &- 1)
        while index != Self.none {
            if holds(Int(index), address) { return Int(index) }
            index = parents[Int(index)]
        }
        return nil
    }

    /// Index of the first prefix that starts above `address`.
    @inline(__always)
    private func firstIndex(above address: Bits) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low &+ high) / 2
            if starts[middle] <= address { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    @inline(__always)
    private func holds(_ place: Int, _ address: Bits) -> Bool {
        let length = Int(lengths[place])
        return length == 0 || (address ^ starts[place]) >> (Bits.bitWidth &- length) == 0
    }
}
