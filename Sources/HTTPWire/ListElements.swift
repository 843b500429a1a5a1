/// Walks the members of a comma-separated field value in place. RFC 9110 5.6.1.
///
/// Members come without the optional whitespace around them. Empty members are reported, not
/// skipped: which fields tolerate them is the caller's rule. Quoted strings are not understood; a
/// comma inside one splits it, which the strict callers then refuse.
struct ListElements {
    // SAFETY: borrowed for the walk; the caller keeps the bytes alive and unmoved meanwhile.
    private let bytes: UnsafeRawPointer
    private var position: Int
    private let end: Int
    private var finished = false

    /// Walks the value at `range`, whose offsets are from `base`.
    init(_ base: UnsafeRawPointer, _ range: ByteRange) {
        bytes = base
        position = Int(range.start)
        end = range.end
    }

    /// The next member as offsets from the same base, or nil after the last.
    mutating func next() -> ByteRange? {
        if finished { return nil }
        var start = position
        while start < end, ByteClass.isWhitespace(byte(start)) { start &+= 1 }
        var comma = start
        while comma < end, byte(comma) != 0x2c { comma &+= 1 }
        finished = comma == end
        position = comma &+ 1
        var last = comma
        while last > start, ByteClass.isWhitespace(byte(last &- 1)) { last &-= 1 }
        return ByteRange(from: start, to: last)
    }

    private func byte(_ index: Int) -> UInt8 { bytes.load(fromByteOffset: index, as: UInt8.self) }
}
