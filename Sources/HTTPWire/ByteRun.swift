/// Comparisons of short runs of bytes, a word at a time.
enum ByteRun {
    /// True when both runs of `count` bytes are equal. At most 32 bytes.
    @inline(__always)
    static func equal(_ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
        equal(bytes, other, count, folding: 0)
    }

    /// True when the token at `bytes` equals `lowercase`, ignoring case. At most 32 bytes.
    ///
    /// `lowercase` holds letters, digits and hyphens only: setting bit 5 leaves those three alone
    /// and folds upper case. The control bytes it would also fold cannot be in a token.
    @inline(__always)
    static func equalIgnoringCase(_ bytes: UnsafeRawPointer, _ lowercase: UnsafeRawPointer, _ count: Int) -> Bool {
        equal(bytes, lowercase, count, folding: 0x2020_2020_2020_2020)
    }

    /// Loads that overlap cover any length between one and two times their width, without a loop.
    @inline(__always)
    private static func equal(
        _ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int, folding: UInt64
    ) -> Bool {
        if count >= 16 {
            assert(count <= 32, "a run of \(count) bytes is compared")
            let middle =
                difference(bytes, other, at: 8, folding) | difference(bytes, other, at: count &- 16, folding)
            return middle | difference(bytes, other, count, folding) == 0
        }
        if count >= 8 { return difference(bytes, other, count, folding) == 0 }
        if count >= 4 { return difference(bytes, other, count, UInt32(truncatingIfNeeded: folding)) == 0 }
        if count >= 2 { return difference(bytes, other, count, UInt16(truncatingIfNeeded: folding)) == 0 }
        return count == 0 || difference(bytes, other, at: 0, UInt8(truncatingIfNeeded: folding)) == 0
    }

    /// What differs in the first and in the last word of `count` bytes.
    @inline(__always)
    private static func difference<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int, _ folding: Word
    ) -> Word {
        difference(bytes, other, at: 0, folding)
            | difference(bytes, other, at: count &- MemoryLayout<Word>.size, folding)
    }

    @inline(__always)
    private static func difference<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawPointer, _ other: UnsafeRawPointer, at offset: Int, _ folding: Word
    ) -> Word {
        (bytes.loadUnaligned(fromByteOffset: offset, as: Word.self) | folding)
            ^ other.loadUnaligned(fromByteOffset: offset, as: Word.self)
    }
}
