/// Makes a ``DomainList`` from files, off the loops: reading a million names takes about a second.
///
/// Formats, line by line and mixed as they come: `example.com` or `.example.com` for the name and all below it,
/// `*.example.com` for all below it only, and hosts(5) lines `0.0.0.0 ads.example.com` for exactly the names on them. `#`
/// begins a comment. Names that every hosts file has for the machine itself (`localhost` and the like) are passed over.
public struct DomainListBuilder: ~Copyable {
    /// Most names of a list.
    public static let maxNames = 20_000_000

    /// The first hundred lines that were not taken.
    public private(set) var problems: [ListProblem] = []
    /// How many lines were not taken.
    public private(set) var problemCount = 0
    /// How many different names are in.
    public private(set) var count = 0

    private let id: UInt64
    private var arena: [UInt8] = []
    private var slots: [UInt64]

    private static let ownNames: Set<String> = [
        "localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet",
        "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts", "0.0.0.0",
    ]

    /// A builder for a list with this number, which should be random: it seeds the list's hash too.
    public init(id: UInt64) {
        self.id = id
        slots = [UInt64](repeating: 0, count: 16)
    }

    /// Takes the bytes of one file, which are borrowed for the call.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let lines = bytes.reduce(1) { $0 + ($1 == 0x0a ? 1 : 0) }
        arena.reserveCapacity(arena.count + min(bytes.count + 2 * lines, Self.maxArenaBytes))
        for (number, range) in ListLines(bytes) {
            guard count < Self.maxNames, arena.count < Self.maxArenaBytes else {
                report(number, .tooLong)
                return
            }
            add(line: bytes, range, number)
        }
    }

    /// The list of all that was taken.
    public consuming func finish() -> DomainList {
        // Growing leaves room that nothing will use any more.
        let exact = arena.capacity > arena.count + arena.count / 8 ? [UInt8](arena[...]) : arena
        return DomainList(id: id, count: count, arena: exact, slots: slots)
    }

    /// Offsets are kept in 32 bits.
    private static let maxArenaBytes = Int(UInt32.max) - 1024

    private mutating func add(line bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ number: Int) {
        // The usual line is one word, for which no list of words is made.
        guard range.contains(where: { ListLines.isBlank(bytes[$0]) }) else {
            addPattern(bytes, range, number)
            return
        }
        let words = ListLines.words(bytes, range)
        guard let first = words.first, IPAddress(parsing: UnsafeRawBufferPointer(rebasing: bytes[first])) != nil else {
            report(number, .extraWords)
            return
        }
        for word in words.dropFirst() {
            let name = UnsafeRawBufferPointer(rebasing: bytes[word])
            if name.count <= 21, Self.ownNames.contains(String(decoding: name, as: UTF8.self)) { continue }
            insert(name, .exact, number)
        }
    }

    private mutating func addPattern(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ number: Int) {
        var start = range.lowerBound
        var flags: DomainFlags = [.exact, .below]
        if range.count > 2, bytes[start] == 0x2a, bytes[start + 1] == 0x2e {
            flags = .below
            start += 2
        } else if bytes[start] == 0x2e {
            start += 1
        }
        let name = UnsafeRawBufferPointer(rebasing: bytes[start..<range.upperBound])
        if name.contains(0x2a) {
            report(number, .starInside)
        } else if IPAddress(parsing: name) != nil {
            report(number, .address)
        } else {
            insert(name, flags, number)
        }
    }

    private mutating func insert(_ name: UnsafeRawBufferPointer, _ flags: DomainFlags, _ number: Int) {
        // Nearly every name is canonical already; the check that makes a String of it is for the others.
        if Self.isPlain(name) {
            insert(canonical: name, flags)
            return
        }
        do throws(HostError) {
            let host = try CanonicalHost(name, isIPv6Literal: false)
            var text = host.text
            guard host.address == nil else {
                report(number, .address)
                return
            }
            text.makeContiguousUTF8()
            let bytes = Array(text.utf8)
            bytes.withUnsafeBytes { insert(canonical: $0, flags) }
        } catch { report(number, .badName(error)) }
    }

    private mutating func insert(canonical name: UnsafeRawBufferPointer, _ flags: DomainFlags) {
        if (count + 1) * 2 > slots.count { grow() }
        let hash = Self.hash(name, seed: id)
        let (slot, entry) = slots.withUnsafeBufferPointer { slots in
            arena.withUnsafeBufferPointer { DomainSlots.find(name, from: 0, hash, slots: slots, arena: $0) }
        }
        if let entry {
            arena[entry + 1] |= flags.rawValue
            return
        }
        slots[slot] = DomainSlots.slot(hash, entry: arena.count)
        arena.append(UInt8(name.count))
        arena.append(flags.rawValue)
        arena.append(contentsOf: name)
        count += 1
    }

    private mutating func grow() {
        let size = slots.count * 2
        slots = []
        var larger = [UInt64](repeating: 0, count: size)
        arena.withUnsafeBytes { all in
            var entry = 0
            while entry < all.count {
                let end = entry + 2 + Int(all[entry])
                let hash = Self.hash(UnsafeRawBufferPointer(rebasing: all[(entry + 2)..<end]), seed: id)
                var slot = Int(truncatingIfNeeded: hash.value) & (size - 1)
                while larger[slot] != 0 { slot = (slot + 1) & (size - 1) }
                larger[slot] = DomainSlots.slot(hash, entry: entry)
                entry = end
            }
        }
        slots = larger
    }

    private mutating func report(_ line: Int, _ kind: ListProblem.Kind) {
        problemCount += 1
        if problems.count < 100 { problems.append(ListProblem(line, kind)) }
    }

    private static func hash(_ name: UnsafeRawBufferPointer, seed: UInt64) -> DomainHash {
        var hash = DomainHash(seed: seed)
        for byte in name.reversed() { hash.add(byte) }
        return hash
    }

    /// Lower-case labels, the last of which begins with a letter, none of them an A-label.
    private static func isPlain(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.count > 0, name.count <= 253 else { return false }
        var labelStart = 0
        for index in 0..<name.count {
            switch name[index] {
            case 0x61...0x7a, 0x30...0x39, 0x5f: break
            case 0x2d:
                // Two hyphens may be an A-label's.
                if index &- labelStart == 3 { return false }
            case 0x2e:
                guard index > labelStart, index &- labelStart <= 63 else { return false }
                labelStart = index &+ 1
            default: return false
            }
        }
        guard labelStart < name.count, name.count &- labelStart <= 63 else { return false }
        return name[labelStart] >= 0x61
    }
}
