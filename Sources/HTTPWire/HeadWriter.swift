/// Serialises a head, or anything else, into memory the caller owns.
///
/// Never writes past the buffer and never writes half an element: an append that does not fit
/// sets ``overflowed`` and writes nothing, and nothing is written after it. So a caller appends a
/// whole head and checks once. The buffer is borrowed and must outlive the writer.
public struct HeadWriter {
    // SAFETY: borrowed from the caller for the writer's lifetime. `room` bytes behind it may be written, and all writes are
    // checked against that in `claim`.
    @usableFromInline var next: UnsafeMutableRawPointer
    /// Bytes that may still be written; negative once an append did not fit, so that none fits from then on.
    @usableFromInline var room: Int
    @usableFromInline let start: UnsafeMutableRawPointer

    /// Bytes written so far.
    @inlinable
    public var count: Int { next - start }
    /// True once an append did not fit; the content is then incomplete and must not be sent.
    @inlinable
    public var overflowed: Bool { room < 0 }
    /// True once a field was refused because its value would have broken out of its line; the
    /// content must not be sent.
    public private(set) var refused = false

    /// A writer at the start of `buffer`, which need not be initialised.
    public init(_ buffer: UnsafeMutableRawBufferPointer) {
        // Nothing is written where there is no room.
        start = buffer.baseAddress ?? UnsafeMutableRawPointer(mutating: ("" as StaticString).utf8Start)
        next = start
        room = buffer.count
    }

    /// What has been written. Borrowed from the buffer.
    public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    // MARK: - Bytes

    /// Appends bytes as they are; nothing is checked, so they must come from a parsed head or be
    /// legal by construction.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        append(source, bytes.count)
    }

    /// Appends a literal. Inlined, because its length is known where it stands: a short one is two stores.
    @inlinable @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    /// Appends one byte.
    @inlinable @inline(__always)
    public mutating func append(byte: UInt8) {
        guard let room = claim(1) else { return }
        room.storeBytes(of: byte, as: UInt8.self)
    }

    /// Appends CRLF.
    public mutating func appendCRLF() {
        guard let room = claim(2) else { return }
        room.storeBytes(of: 0x0d, as: UInt8.self)
        room.storeBytes(of: 0x0a, toByteOffset: 1, as: UInt8.self)
    }

    /// Appends a number in decimal, with a sign when negative.
    public mutating func append(decimal value: Int64) {
        let magnitude = UInt64(bitPattern: value)
        if magnitude < 10 { return append(byte: 0x30 | UInt8(truncatingIfNeeded: magnitude)) }
        guard magnitude < DecimalDigits.bound else { return append(longDecimal: value) }
        let (text, count) = DecimalDigits.text(magnitude)
        append(text, count)
    }

    /// Appends a number with leading zeros, in so many digits: eight at most, and no fewer than it has.
    public mutating func append(decimal value: UInt64, digits: Int) {
        precondition(digits >= 0 && digits <= 8, "eight digits at most")
        assert(String(value).utf8.count <= max(digits, 1), "\(value) has more than \(digits) digits")
        append(DecimalDigits.text(value, digits: digits), digits)
    }

    /// Appends a number below 256 in decimal and the ASCII byte behind it, as in addresses.
    public mutating func append(octet value: UInt8, then byte: Unicode.Scalar) {
        let (text, count) = DecimalDigits.text(UInt64(value))
        append(text | UInt64(byte.value & 0x7f) &<< UInt64(truncatingIfNeeded: count &<< 3), count &+ 1)
    }

    /// Appends a number of thousandths with three decimals: 1234 as `1.234`.
    public mutating func append(thousandths value: UInt64) {
        let whole = value / 1000
        let decimals = DecimalDigits.text(value &- whole &* 1000, digits: 3) &<< 8 | 0x2e
        guard whole < 1000 else {
            append(decimal: Int64(truncatingIfNeeded: whole))
            return append(decimals, 4)
        }
        let (text, count) = DecimalDigits.text(whole)
        append(text | decimals &<< UInt64(truncatingIfNeeded: count &<< 3), count &+ 4)
    }

    /// A number of more than eight digits, or a negative one.
    @inline(never)
    private mutating func append(longDecimal value: Int64) {
        let upper = value.magnitude / DecimalDigits.bound
        let lower = value.magnitude % DecimalDigits.bound
        // All or nothing: as many as twenty bytes are made at the side.
        withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { room in
            var text = HeadWriter(room)
            if value < 0 { text.append(byte: 0x2d) }
            if upper == 0 {
                text.append(decimal: Int64(truncatingIfNeeded: lower))
            } else {
                // `upper` is positive and has twelve digits at most.
                text.append(decimal: Int64(truncatingIfNeeded: upper))
                text.append(decimal: lower, digits: 8)
            }
            append(text.written)
        }
    }

    /// Appends a number in lower-case hexadecimal without leading zeros.
    public mutating func append(hex value: UInt64) {
        let digits = max(1, (67 &- value.leadingZeroBitCount) / 4)
        guard let room = claim(digits) else { return }
        var rest = value
        var index = digits
        while index > 0 {
            index &-= 1
            let digit = UInt8(truncatingIfNeeded: rest & 15)
            room.storeBytes(of: digit < 10 ? 0x30 &+ digit : 0x57 &+ digit, toByteOffset: index, as: UInt8.self)
            rest &>>= 4
        }
    }

    // MARK: - Fields

    /// Appends a field line. A value that is not legal, see ``isLegalFieldValue(_:)``, is not
    /// written and sets ``refused``: this is where response splitting would happen.
    public mutating func appendField(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        guard HeadWriter.isLegalFieldValue(value) else {
            refused = true
            return
        }
        append(name)
        append(": ")
        append(value)
        appendCRLF()
    }

    /// Appends a field line with a literal value.
    public mutating func appendField(_ name: StaticString, _ value: StaticString) {
        append(name)
        append(": ")
        append(value)
        appendCRLF()
    }

    /// Appends a field line with a decimal value.
    public mutating func appendField(_ name: StaticString, _ value: Int64) {
        append(name)
        append(": ")
        append(decimal: value)
        appendCRLF()
    }

    /// True for what a field value may hold: HTAB, space, visible ASCII and bytes from 0x80 up,
    /// neither beginning nor ending in whitespace. RFC 9110 5.5. Empty is legal.
    public static func isLegalFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return true }
        if ByteClass.isWhitespace(first) || ByteClass.isWhitespace(last) { return false }
        return isLegalReason(bytes)
    }

    /// True for a non-empty token. RFC 9110 5.1.
    public static func isLegalFieldName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy(ByteClass.isToken)
    }

    /// True for what a reason phrase may hold; empty is legal. RFC 9112 4.
    public static func isLegalReason(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        var index = 0
        while true {
            index = ByteScan.index(start, index, bytes.count, of: ByteScan.controls)
            if index == bytes.count { return true }
            if bytes[index] != 0x09 { return false }
            index &+= 1
        }
    }

    // MARK: - Private

    @inlinable @inline(__always)
    mutating func append(_ source: UnsafeRawPointer, _ length: Int) {
        guard let room = claim(length) else { return }
        guard length <= 32 else { return room.copyMemory(from: source, byteCount: length) }
        // Most pieces of a head are short: two loads that overlap cover any length up to twice the load's width.
        if length >= 16 {
            HeadWriter.copy(SIMD16<UInt8>.self, source, room, length)
        } else if length >= 8 {
            HeadWriter.copy(UInt64.self, source, room, length)
        } else if length >= 4 {
            HeadWriter.copy(UInt32.self, source, room, length)
        } else if length >= 2 {
            HeadWriter.copy(UInt16.self, source, room, length)
        } else if length == 1 {
            room.storeBytes(of: source.load(as: UInt8.self), as: UInt8.self)
        }
    }

    /// Copies `length` bytes, between one and two times the word's size.
    @inlinable @inline(__always)
    static func copy<Word: BitwiseCopyable>(
        _ word: Word.Type, _ source: UnsafeRawPointer, _ room: UnsafeMutableRawPointer, _ length: Int
    ) {
        let last = length &- MemoryLayout<Word>.size
        let (head, tail) = (source.loadUnaligned(as: word), source.loadUnaligned(fromByteOffset: last, as: word))
        room.storeBytes(of: head, as: word)
        room.storeBytes(of: tail, toByteOffset: last, as: word)
    }

    /// Appends the lowest `count` bytes of a word, the lowest first.
    @inline(__always)
    private mutating func append(_ word: UInt64, _ count: Int) {
        let hasRoomForAll = room >= 8
        guard let place = claim(count) else { return }
        if hasRoomForAll {
            // What is too much is behind the end, and written over by what comes next.
            place.storeBytes(of: word.littleEndian, as: UInt64.self)
        } else {
            for index in 0..<count {
                place.storeBytes(
                    of: UInt8(truncatingIfNeeded: word &>> (index &<< 3)), toByteOffset: index, as: UInt8.self)
            }
        }
    }

    /// Reserves `length` bytes; nil, and overflowed for good, when they do not fit.
    @inlinable @inline(__always)
    mutating func claim(_ length: Int) -> UnsafeMutableRawPointer? {
        guard length <= room else {
            room = -1
            return nil
        }
        room &-= length
        defer { next += length }
        return next
    }
}
