/// Looks for the first byte of a class, sixteen bytes at a time.
///
/// A class is a function from sixteen bytes to the mask of those that are in it. There is one loop for all of them, and no
/// second definition of a class for the bytes that are left over: what is shorter than a vector is looked at as a part of one.
enum ByteScan {
    typealias Vector = SIMD16<UInt8>
    typealias Mask = SIMDMask<SIMD16<Int8>>

    /// Index in `from..<end` of the first byte that is in the class, else `end`. All of `bytes[0..<end]` is readable.
    @inline(__always)
    static func index(
        _ bytes: UnsafeRawPointer, _ from: Int, _ end: Int, of isInClass: (Vector) -> Mask
    ) -> Int {
        var index = from
        while index &+ 16 <= end {
            let found = nibbles(isInClass(bytes.loadUnaligned(fromByteOffset: index, as: Vector.self)))
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 2 }
            index &+= 16
        }
        return index < end ? lastIndex(bytes, index, end, of: isInClass) : end
    }

    /// The same for less than a vector: the last sixteen bytes are looked at, less those that have been seen.
    @inline(never)
    private static func lastIndex(
        _ bytes: UnsafeRawPointer, _ from: Int, _ end: Int, of isInClass: (Vector) -> Mask
    ) -> Int {
        let start = end &- 16
        guard start >= 0 else {
            let found = nibbles(isInClass(shortVector(bytes, from, end)))
            return min(from &+ found.trailingZeroBitCount &>> 2, end)
        }
        let seen = UInt64(truncatingIfNeeded: from &- start) &<< 2
        let found = nibbles(isInClass(bytes.loadUnaligned(fromByteOffset: start, as: Vector.self))) &>> seen
        return min(from &+ found.trailingZeroBitCount &>> 2, end)
    }

    /// Fewer than sixteen bytes, which are all there are, with zeros behind them.
    private static func shortVector(_ bytes: UnsafeRawPointer, _ from: Int, _ end: Int) -> Vector {
        var vector = Vector()
        for index in from..<end { vector[index &- from] = bytes.load(fromByteOffset: index, as: UInt8.self) }
        return vector
    }

    /// Four bits for each byte of a mask, the first byte's lowest: what can be searched for the first one that is set.
    @inline(__always)
    private static func nibbles(_ mask: Mask) -> UInt64 {
        let pairs = unsafeBitCast(mask, to: SIMD8<UInt16>.self)
        return unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: pairs &>> 4), to: UInt64.self)
    }

    // MARK: - Classes

    /// Control bytes (HTAB included) and DEL.
    @inline(__always)
    static func controls(_ bytes: Vector) -> Mask {
        (bytes .< Vector(repeating: 0x20)) .| (bytes .== Vector(repeating: 0x7f))
    }

    /// What is not visible ASCII (0x21...0x7e).
    @inline(__always)
    static func nonVisible(_ bytes: Vector) -> Mask {
        (bytes &- Vector(repeating: 0x21)) .> Vector(repeating: 0x5d)
    }

    /// What is not visible ASCII, and `#`.
    @inline(__always)
    static func nonVisibleOrHash(_ bytes: Vector) -> Mask {
        nonVisible(bytes) .| (bytes .== Vector(repeating: 0x23))
    }

    /// What is neither a letter nor a digit nor a hyphen: hardly any field name has another byte.
    @inline(__always)
    static func nonName(_ bytes: Vector) -> Mask {
        .!(alphanumeric(bytes) .| (bytes .== Vector(repeating: 0x2d)))
    }

    /// What is neither a letter nor a digit nor a hyphen nor a dot.
    @inline(__always)
    static func nonHost(_ bytes: Vector) -> Mask {
        .!(alphanumeric(bytes) .| ((bytes &- Vector(repeating: 0x2d)) .< Vector(repeating: 2)))
    }

    @inline(__always)
    private static func alphanumeric(_ bytes: Vector) -> Mask {
        let letters = ((bytes | Vector(repeating: 0x20)) &- Vector(repeating: 0x61)) .< Vector(repeating: 26)
        return letters .| ((bytes &- Vector(repeating: 0x30)) .< Vector(repeating: 10))
    }
}
