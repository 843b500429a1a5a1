/// A hash that grows by a byte at a time. Seeded; good enough for a list that its owner chose, as the names themselves are
/// compared in the end and a client's names cannot change the table.
struct DomainHash {
    private var state: UInt64

    init(seed: UInt64) { state = seed ^ 0xcbf2_9ce4_8422_2325 }

    @inline(__always)
    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// Mixed, because the multiplication alone leaves the low bits poor.
    var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
        mixed = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
        return mixed ^ mixed >> 32
    }
}
