/// Decimal digits in the bytes of a word, the first digit in the lowest: made together, without a loop.
///
/// The multiplications are divisions that are exact for numbers of this size.
enum DecimalDigits {
    /// The first number that has more than eight digits.
    static var bound: UInt64 { 100_000_000 }

    /// Digits of a number below ``bound``, without leading zeros, as text in the lowest bytes of a word.
    @inline(__always)
    static func text(_ value: UInt64) -> (word: UInt64, count: Int) {
        value < 1000 ? withoutZeros(three(value), 3) : withoutZeros(eight(value), 8)
    }

    /// Exactly so many digits of a number that has no more, with leading zeros, as text in the lowest bytes of a word.
    @inline(__always)
    static func text(_ value: UInt64, digits count: Int) -> UInt64 {
        if count == 3 { return three(value) | 0x0030_3030 }
        return (eight(value) | 0x3030_3030_3030_3030) >> UInt64(truncatingIfNeeded: (8 &- count) &<< 3)
    }

    /// Text of so many digits; the last one stays even when it is zero.
    @inline(__always)
    private static func withoutZeros(_ digits: UInt64, _ count: Int) -> (word: UInt64, count: Int) {
        let zeros = min(digits.trailingZeroBitCount &>> 3, count &- 1)
        let text = digits | (0x3030_3030_3030_3030 &>> UInt64(truncatingIfNeeded: (8 &- count) &<< 3))
        return (text &>> UInt64(truncatingIfNeeded: zeros &<< 3), count &- zeros)
    }

    /// The three digits of a number below 1000, 0...9 each.
    @inline(__always)
    private static func three(_ value: UInt64) -> UInt64 {
        let tens = (value &* 205) &>> 11
        let hundreds = (tens &* 205) &>> 11
        return hundreds | (tens &- hundreds &* 10) &<< 8 | (value &- tens &* 10) &<< 16
    }

    /// The eight digits of a number below ``bound``: halves, quarters and eighths of the word are divided by 10 000, 100 and
    /// 10, all at the same time.
    @inline(__always)
    private static func eight(_ value: UInt64) -> UInt64 {
        let upper = value / 10_000
        let fours = upper | (value &- upper &* 10_000) &<< 32
        let hundreds = (fours &* 10_486) &>> 20 & 0x0000_007f_0000_007f
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (twos &* 103) &>> 10 & 0x000f_000f_000f_000f
        return tens | (twos &- tens &* 10) &<< 8
    }
}
