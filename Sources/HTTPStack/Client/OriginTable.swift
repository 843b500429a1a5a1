import HTTPWire
import Pool

/// From a request's host bytes and port to the pool's origin, without making a String.
///
/// A cache in front of `Pool.origin(for:)`: open addressing over the lower-cased host's hash. It may be emptied at any time,
/// and is when it has grown large, so that one-off origins do not stay.
struct OriginTable {
    private struct Entry {
        let hash: UInt64
        let key: OriginKey
        var origin: OriginRef
    }

    /// More than a proxy meets within the time for which free sockets are kept: a table that is too small for the origins in
    /// use is emptied again and again, and every miss makes a String. About 2 MiB per loop when filled.
    private static let maxEntries = 16_384
    private var slots: ContiguousArray<Int32> = ContiguousArray(repeating: -1, count: 64)
    private var entries: ContiguousArray<Entry> = []

    /// The origin remembered for this host, compared without regard to ASCII case, and port.
    func find(_ host: UnsafeRawBufferPointer, port: UInt16) -> OriginRef? {
        index(Self.hash(host, port), host, port).map { entries[$0].origin }
    }

    private func index(_ hash: UInt64, _ host: UnsafeRawBufferPointer, _ port: UInt16) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if entries[index].hash == hash, entries[index].key.port == port, Self.equal(entries[index].key.host, host) {
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Remembers the origin, in place of an older one of the same key.
    mutating func insert(_ key: OriginKey, _ origin: OriginRef) {
        if entries.count >= Self.maxEntries { self = OriginTable() }
        var host = key.host
        let (hash, known) = host.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            let hash = Self.hash(bytes, key.port)
            return (hash, index(hash, bytes, key.port))
        }
        if let known {
            entries[known].origin = origin
            return
        }
        entries.append(Entry(hash: hash, key: key, origin: origin))
        if entries.count * 2 > slots.count { grow() } else { place(entries.count - 1) }
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: -1, count: slots.count * 2)
        for index in entries.indices { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index)
    }

    /// Collisions chosen by a client cost it a scan of at most `maxEntries`, per loop.
    private static func hash(_ host: UnsafeRawBufferPointer, _ port: UInt16) -> UInt64 {
        HostBytes.hash(host, seed: UInt64(port))
    }

    private static func equal(_ known: String, _ host: UnsafeRawBufferPointer) -> Bool {
        known.utf8.withContiguousStorageIfAvailable {
            HostBytes.isEqual(host, lowered: UnsafeRawBufferPointer($0))
        } ?? false
    }
}
