/// Scans and comparisons that look at eight bytes at a time.
///
/// Each word test marks the high bit of every byte it stops at. A subtraction can borrow into the
/// byte above a marked one, so only the lowest mark is exact, which is the only one used.
enum ByteScan {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highs: UInt64 { 0x8080_8080_8080_8080 }

    /// Index in `from..<end` of the first control byte (HTAB included) or DEL, else `end`.
    @inline(__always)
    static func controlIndex(_ bytes: UnsafeRawPointer, _ from: Int, _ end: Int) -> Int {
        var index = from
        while index &+ 8 <= end {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let delete = word ^ (ones &* 0x7f)
            let marks = (((word &- ones &* 0x20) & ~word) | ((delete &- ones) & ~delete)) & highs
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x20 || byte == 0x7f { return index }
            index &+= 1
        }
        return end
    }

    /// Index in `from..<end` of the first byte that is not visible ASCII (0x21...0x7e), else `end`.
    @inline(__always)
    static func nonVisibleIndex(_ bytes: UnsafeRawPointer, _ from: Int, _ end: Int) -> Int {
        var index = from
        while index &+ 8 <= end {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let delete = word ^ (ones &* 0x7f)
            let marks = (((word &- ones &* 0x21) & ~word) | ((delete &- ones) & ~delete) | word) & highs
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
            if byte &- 0x21 > 0x5d { return index }
            index &+= 1
        }
        return end
    }

    /// Index in `from..<end` of the first `byte`, else `end`.
    static func index(of byte: UInt8, _ bytes: UnsafeRawPointer, _ from: Int, _ end: Int) -> Int {
        var index = from
        while index &+ 8 <= end {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let zeroes = word ^ (ones &* UInt64(byte))
            let marks = (zeroes &- ones) & ~zeroes & highs
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, bytes.load(fromByteOffset: index, as: UInt8.self) != byte { index &+= 1 }
        return index
    }

    /// True when both runs of `count` bytes are equal.
    @inline(__always)
    static func equal(_ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        equal(bytes, other, count, folding: 0)
    }

    /// True when the token at `bytes` equals `lowercase`, ignoring case.
    ///
    /// `lowercase` holds letters, digits and hyphens only: setting bit 5 leaves those three alone
    /// and folds upper case. The control bytes it would also fold cannot be in a token.
    @inline(__always)
    static func equalIgnoringCase(_ bytes: UnsafeRawPointer, _ lowercase: UnsafeRawPointer, _ count: Int) -> Bool {
        equal(bytes, lowercase, count, folding: ones &* 0x20)
    }

    /// Two loads that overlap cover any length up to twice the load's width.
    @inline(__always)
    private static func equal(
        _ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int, folding: UInt64
    ) -> Bool {
        if count >= 8 {
            var offset = 0
            var difference: UInt64 = 0
            while offset &+ 8 < count {
                difference |=
                    (bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) | folding)
                    ^ other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                offset &+= 8
            }
            offset = count &- 8
            difference |=
                (bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) | folding)
                ^ other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            return difference == 0
        }
        if count >= 4 {
            let fold = UInt32(truncatingIfNeeded: folding)
            let last = count &- 4
            let head = (bytes.loadUnaligned(as: UInt32.self) | fold) ^ other.loadUnaligned(as: UInt32.self)
            let tail =
                (bytes.loadUnaligned(fromByteOffset: last, as: UInt32.self) | fold)
                ^ other.loadUnaligned(fromByteOffset: last, as: UInt32.self)
            return head | tail == 0
        }
        let fold = UInt8(truncatingIfNeeded: folding)
        var index = 0
        while index < count {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self) | fold
            if byte != other.load(fromByteOffset: index, as: UInt8.self) { return false }
            index &+= 1
        }
        return true
    }
}
