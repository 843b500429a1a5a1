/// A run of bytes inside a message head, as an offset from the head's first byte. Owns nothing.
///
/// Offsets stay valid when the head moves in memory, which pointers would not. Sixteen bits are
/// enough because a head is never longer than ``HeadLimits/largestHeadBytes``.
public struct ByteRange: Sendable, Equatable {
    /// Offset of the first byte, counted from the start of the bytes the range belongs to.
    public var start: UInt16
    /// Number of bytes; 0 is a legal, empty range.
    public var length: UInt16

    /// Makes a range from an offset and a length.
    @inlinable
    public init(start: UInt16, length: UInt16) {
        self.start = start
        self.length = length
    }

    /// Makes a range from offsets the caller has already bounded by the head limit.
    @inlinable
    init(from start: Int, to end: Int) {
        self.start = UInt16(truncatingIfNeeded: start)
        self.length = UInt16(truncatingIfNeeded: end &- start)
    }

    /// The range of no bytes at offset 0.
    @inlinable
    public static var empty: ByteRange { ByteRange(start: 0, length: 0) }

    /// Offset just after the last byte.
    @inlinable
    public var end: Int { Int(start) &+ Int(length) }

    /// True when the range holds no byte.
    @inlinable
    public var isEmpty: Bool { length == 0 }
}
