/// Names from a file, up to millions, asked with a name and all its parents in one pass.
///
/// Exact: the names themselves are kept, one behind the other, and a table of hashes says where. A look-up walks the name from
/// its end and hashes byte by byte, so that at each dot the hash of the part behind it is ready. Immutable and shared by all
/// loops; a million names of 20 bytes take about 40 MiB. Look-ups allocate nothing.
public struct DomainList: Sendable {
    /// Two lists are the same list when this is the same.
    public let id: UInt64
    /// How many different names are listed.
    public let count: Int

    /// Length, flags, and the bytes of each name.
    private let arena: [UInt8]
    /// Offset into the arena plus one, and the upper half of the hash; 0 is free. The length is a power of two.
    private let slots: [UInt64]

    init(id: UInt64, count: Int, arena: [UInt8], slots: [UInt64]) {
        self.id = id
        self.count = count
        self.arena = arena
        self.slots = slots
    }

    /// Bytes held, without the few of the value itself.
    public var bytesHeld: Int { arena.capacity + slots.capacity * MemoryLayout<UInt64>.stride }

    /// Is this canonical name listed, or a parent of it that stands for all below?
    public func contains(_ name: String) -> Bool {
        var copy = name
        return copy.withUTF8 { contains(UnsafeRawBufferPointer($0)) }
    }

    /// Is the canonical name in `bytes` listed, or a parent of it that stands for all below? Bytes are borrowed.
    public func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard count > 0, bytes.count > 0, bytes.count <= 253 else { return false }
        let seed = id
        return slots.withUnsafeBufferPointer { slots in
            arena.withUnsafeBufferPointer { arena in
                var hash = DomainHash(seed: seed)
                var index = bytes.count
                while index > 0 {
                    index &-= 1
                    let byte = bytes[index]
                    if byte == 0x2e,
                        let entry = DomainSlots.find(bytes, from: index &+ 1, hash, slots: slots, arena: arena).entry,
                        DomainFlags(rawValue: arena[entry &+ 1]).contains(.below)
                    {
                        return true
                    }
                    hash.add(byte)
                }
                let entry = DomainSlots.find(bytes, from: 0, hash, slots: slots, arena: arena).entry
                return entry.map { DomainFlags(rawValue: arena[$0 &+ 1]).contains(.exact) } ?? false
            }
        }
    }
}

/// What an entry stands for.
struct DomainFlags: OptionSet {
    let rawValue: UInt8

    /// The name itself.
    static let exact = DomainFlags(rawValue: 1)
    /// All names below it.
    static let below = DomainFlags(rawValue: 2)
}
