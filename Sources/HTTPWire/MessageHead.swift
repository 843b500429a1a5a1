/// A parsed message head: where everything is in its bytes, and what its fields mean for the hop.
///
/// Pooled, one per message in flight. ``HeadParser`` fills it without allocating. Its bytes are
/// borrowed from the read block until ``adopt()`` copies them; all offsets are from ``base``.
/// Strings are never made here. Not thread-safe: a head belongs to the loop of its connection.
public final class MessageHead {
    /// Limits the next parse obeys. May be changed between messages; a larger
    /// ``HeadLimits/fields`` grows the field table.
    public var limits: HeadLimits {
        didSet { growTable() }
    }
    // SAFETY: all `@exclusivity(unchecked)` properties are accessed by one thread at a time, the
    // loop that owns this object, and no accessor calls out while it holds one of them.
    @exclusivity(unchecked) @usableFromInline var facts = HeadFacts()

    // SAFETY: points into the read block, which the caller keeps alive and unmoved until
    // `adopt()` or `reset()`, or into `storage`; never dereferenced beyond `byteCount`.
    /// First byte of the head: in the read block, or in own storage after ``adopt()``.
    @exclusivity(unchecked) public private(set) var base: UnsafeRawPointer

    // SAFETY: `capacity` initialised elements, owned by this object and freed in `deinit`.
    @exclusivity(unchecked) @usableFromInline var table: UnsafeMutablePointer<FieldLine>
    private(set) var capacity: Int
    // SAFETY: `HeadFacts.nominationLimit` initialised elements, owned and freed in `deinit`.
    let nominated: UnsafeMutablePointer<ByteRange>
    // SAFETY: owned, `storage.count` bytes, freed in `deinit`.
    private var storage: UnsafeMutableRawBufferPointer?

    /// Allocates the field table for `limits.fields` lines; nothing is allocated later except by
    /// ``adopt()`` and by raising the limit.
    public init(limits: HeadLimits = .standard) {
        self.limits = limits
        capacity = max(limits.fields, 1)
        table = MessageHead.makeTable(capacity)
        nominated = .allocate(capacity: HeadFacts.nominationLimit)
        nominated.initialize(repeating: .empty, count: HeadFacts.nominationLimit)
        base = UnsafeRawPointer(table)
    }

    deinit {
        table.deallocate()
        nominated.deallocate()
        storage?.deallocate()
    }

    // MARK: - Bytes

    /// Bytes of the head including its final empty line; 0 until the parser reports completion.
    @inlinable
    public var byteCount: Int { facts.byteCount }

    /// The bytes at `range`. Borrowed: valid as long as ``base`` is.
    @inlinable
    public func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + Int(range.start), count: Int(range.length))
    }

    /// Copies the bytes into own storage, grown when needed and kept for the next message, so that
    /// the head outlives the read block. Only after the parser has reported completion.
    public func adopt() {
        let count = facts.byteCount
        if storage.map({ $0.count < count }) ?? true {
            storage?.deallocate()
            // Powers of two keep a pooled head from growing again for each slightly longer message.
            let size = max(1024, 1 << (Int.bitWidth - max(count - 1, 1).leadingZeroBitCount))
            storage = .allocate(byteCount: size, alignment: 16)
        }
        guard let storage, let start = storage.baseAddress, UnsafeRawPointer(start) != base else { return }
        start.copyMemory(from: base, byteCount: count)
        base = UnsafeRawPointer(start)
    }

    /// Forgets the message and its borrowed bytes; keeps the memory it owns.
    public func reset() {
        facts = HeadFacts()
        base = UnsafeRawPointer(table)
    }

    // MARK: - Fields

    /// Number of field lines.
    @inlinable
    public var fieldCount: Int { facts.fieldCount }

    /// The field line at `index`, counted from 0 in the order received.
    @inlinable
    public subscript(index: Int) -> FieldLine {
        precondition(index >= 0 && index < facts.fieldCount, "field index out of range")
        return table[index]
    }

    /// All field lines in the order received. Borrowed until the next parse.
    @inlinable
    public var fields: UnsafeBufferPointer<FieldLine> {
        UnsafeBufferPointer(start: table, count: facts.fieldCount)
    }

    /// True when a field with this id is present. Always false for ``FieldID/other``.
    @inlinable
    public func contains(_ id: FieldID) -> Bool { facts.presence & id.bit != 0 }

    /// Index of the first field with this id, or nil; absent ids are rejected in constant time.
    @inlinable
    public func firstIndex(of id: FieldID) -> Int? {
        guard contains(id) else { return nil }
        for index in 0..<facts.fieldCount where table[index].id == id { return index }
        return nil
    }

    /// True when some `Connection` field names field `index`, ignoring case, so that it must not
    /// be relayed. Worth asking only when ``connection`` has ``ConnectionTokens/others``.
    ///
    /// Never true for `Content-Length` and `Host`: a sender must not nominate them (RFC 9110
    /// 7.6.1), and dropping them at its word would change where the message ends or goes.
    public func isNominated(_ index: Int) -> Bool {
        let line = self[index]
        if line.id == .contentLength || line.id == .host { return false }
        return nominates(bytes(line.name))
    }

    /// True when some `Connection` field has this option, ignoring case: for the names of trailers, which nomination drops
    /// as it does fields. Needs this head's bytes: ``adopt()`` it to ask later.
    public func nominates(_ name: UnsafeRawBufferPointer) -> Bool {
        let lowercased = ByteClass.tokenLowercased
        search: for entry in 0..<facts.nominationCount where Int(nominated[entry].length) == name.count {
            let option = base + Int(nominated[entry].start)
            for offset in 0..<name.count {
                let left = lowercased[Int(name[offset])]
                let right = lowercased[Int(option.load(fromByteOffset: offset, as: UInt8.self))]
                if left != right { continue search }
            }
            return true
        }
        return false
    }

    // MARK: - Parser's side

    /// Points the head at the bytes it is being parsed from.
    @inline(__always)
    func borrow(_ base: UnsafeRawPointer) { self.base = base }

    private func growTable() {
        guard limits.fields > capacity else { return }
        let larger = MessageHead.makeTable(limits.fields)
        larger.update(from: table, count: facts.fieldCount)
        if base == UnsafeRawPointer(table) { base = UnsafeRawPointer(larger) }
        table.deallocate()
        table = larger
        capacity = limits.fields
    }

    private static func makeTable(_ capacity: Int) -> UnsafeMutablePointer<FieldLine> {
        let table = UnsafeMutablePointer<FieldLine>.allocate(capacity: capacity)
        let blank = FieldLine(name: .empty, value: .empty, id: .other, lineEnd: 0)
        table.initialize(repeating: blank, count: capacity)
        return table
    }
}
