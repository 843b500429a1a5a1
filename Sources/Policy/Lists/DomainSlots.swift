/// Open addressing with linear probing over the names of an arena.
///
/// SAFETY: the buffers are borrowed from the arrays of one list for the length of a call; every index comes from that list's
/// own slots, which its builder filled.
enum DomainSlots {
    /// Where the name `bytes[from...]` is, or the free slot where it would be.
    @inline(__always)
    static func find(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ hash: DomainHash, slots: UnsafeBufferPointer<UInt64>,
        arena: UnsafeBufferPointer<UInt8>
    ) -> (slot: Int, entry: Int?) {
        let value = hash.value
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: value) & mask
        while slots[slot] != 0 {
            if slots[slot] >> 32 == value >> 32 {
                let entry = Int(UInt32(truncatingIfNeeded: slots[slot])) &- 1
                if equal(bytes, start, arena, entry) { return (slot, entry) }
            }
            slot = (slot &+ 1) & mask
        }
        return (slot, nil)
    }

    static func slot(_ hash: DomainHash, entry: Int) -> UInt64 {
        (hash.value & ~0xffff_ffff) | UInt64(entry + 1)
    }

    @inline(__always)
    private static func equal(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ arena: UnsafeBufferPointer<UInt8>, _ entry: Int
    ) -> Bool {
        let length = Int(arena[entry])
        guard length == bytes.count &- start else { return false }
        var index = 0
        while index < length {
            guard arena[entry &+ 2 &+ index] == bytes[start &+ index] else { return false }
            index &+= 1
        }
        return true
    }
}
