import HTTPWire
import Policy

/// The destinations that a loop's requests have asked for lately, found by the bytes of the request without making a String.
///
/// The key is everything that can change what the rules decide: host and port as received, CONNECT or not, and client, user and
/// method where rules name any. Open addressing; emptied when it is full, and when rules or the time that they look at change.
struct DestinationTable: ~Copyable {
    /// What a destination is found by. Bytes are borrowed.
    struct Key {
        /// As received, without brackets.
        let host: UnsafeRawBufferPointer
        let port: UInt16
        /// `.connect`, another method where rules name any, else `.other`.
        let method: HTTPWire.Method
        /// Were there brackets around it?
        let isIPv6Literal: Bool
        /// The client where rules name any.
        let client: IPAddress?
        /// The user where rules name any.
        let user: ClientUser?
    }

    private struct Entry {
        let hash: UInt64
        let host: [UInt8]
        let port: UInt16
        let method: HTTPWire.Method
        let isIPv6Literal: Bool
        let client: IPAddress?
        let user: ClientUser?
        let destination: Destination
    }

    /// Most destinations that are kept: more than a proxy meets in the time for which free sockets are kept.
    static let maxEntries = 16_384
    /// Memory of one at most, with a name of 253 bytes in each of the places that have it; usually less than half of that.
    static let entryBytes = 1536

    private var slots = ContiguousArray<Int32>(repeating: -1, count: 64)
    private var entries: ContiguousArray<Entry> = []

    /// How many are kept.
    var count: Int { entries.count }

    /// The destination of this key.
    func find(_ key: Key) -> Destination? {
        let hash = Self.hash(key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if entries[index].hash == hash, Self.matches(entries[index], key) { return entries[index].destination }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }

    /// Keeps the destination of a key that is not in the table.
    mutating func insert(_ key: Key, _ destination: Destination) {
        if entries.count >= Self.maxEntries { self = DestinationTable() }
        entries.append(
            Entry(
                hash: Self.hash(key), host: key.host.map(HostBytes.lower), port: key.port, method: key.method,
                isIPv6Literal: key.isIPv6Literal, client: key.client, user: key.user, destination: destination))
        guard entries.count * 2 > slots.count else { return place(entries.count - 1) }
        slots = ContiguousArray(repeating: -1, count: slots.count * 2)
        for index in entries.indices { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index)
    }

    private static func matches(_ entry: Entry, _ key: Key) -> Bool {
        guard entry.port == key.port, entry.method == key.method, entry.isIPv6Literal == key.isIPv6Literal,
            entry.client == key.client, isSame(entry.user, key.user)
        else { return false }
        return entry.host.withUnsafeBytes { HostBytes.isEqual(key.host, lowered: $0) }
    }

    private static func isSame(_ one: ClientUser?, _ other: ClientUser?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return one.isSame(as: other)
    }

    /// Collisions chosen by a client cost it a scan of at most `maxEntries`, per loop.
    private static func hash(_ key: Key) -> UInt64 {
        var hash = HostBytes.hash(key.host, seed: UInt64(key.port) ^ UInt64(key.method.rawValue) << 16)
        if let user = key.user { hash ^= user.hash }
        if let client = key.client { hash = (hash ^ client.high ^ client.low) &* 0x9e37_79b9_7f4a_7c15 }
        return hash ^ (hash >> 29)
    }
}
