/// Serialises a head, or anything else, into memory the caller owns.
///
/// Never writes past the buffer and never writes half an element: an append that does not fit
/// sets ``overflowed`` and writes nothing, and nothing is written after it. So a caller appends a
/// whole head and checks once. The buffer is borrowed and must outlive the writer.
public struct HeadWriter {
    // SAFETY: borrowed from the caller for the writer's lifetime; `limit` bytes, all writes are
    // checked against it in `claim`.
    @usableFromInline let start: UnsafeMutableRawPointer?
    @usableFromInline let limit: Int
    @usableFromInline var end = 0
    @usableFromInline var isFull = false

    /// Bytes written so far.
    public var count: Int { end }
    /// True once an append did not fit; the content is then incomplete and must not be sent.
    public var overflowed: Bool { isFull }
    /// True once a field was refused because its value would have broken out of its line; the
    /// content must not be sent.
    public private(set) var refused = false

    /// A writer at the start of `buffer`, which need not be initialised.
    public init(_ buffer: UnsafeMutableRawBufferPointer) {
        start = buffer.baseAddress
        limit = buffer.count
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
        var rest = value.magnitude
        if value >= 0, value < 10 { return append(byte: 0x30 &+ UInt8(truncatingIfNeeded: rest)) }
        let sign = value < 0 ? 1 : 0
        var index = HeadWriter.digits(rest) &+ sign
        guard let room = claim(index) else { return }
        if value < 0 { room.storeBytes(of: 0x2d, as: UInt8.self) }
        // Two digits for each division.
        while rest >= 100 {
            let quotient = rest / 100
            index &-= 2
            HeadWriter.store(twoDigits: UInt16(truncatingIfNeeded: rest &- quotient &* 100), room + index)
            rest = quotient
        }
        if rest >= 10 {
            HeadWriter.store(twoDigits: UInt16(truncatingIfNeeded: rest), room + sign)
        } else {
            room.storeBytes(of: 0x30 &+ UInt8(truncatingIfNeeded: rest), toByteOffset: sign, as: UInt8.self)
        }
    }

    /// How many decimal digits a number has.
    @inline(__always)
    private static func digits(_ value: UInt64) -> Int {
        var bound: UInt64 = 10
        for digits in 1...19 {
            if value < bound { return digits }
            bound &*= 10
        }
        return 20
    }

    /// A number below 100 as two digits.
    @inline(__always)
    private static func store(twoDigits value: UInt16, _ place: UnsafeMutableRawPointer) {
        // Exact for two digits, and cheaper than a division.
        let tens = (value &* 103) &>> 10
        let ones = value &- tens &* 10
        place.storeBytes(of: (0x3030 &+ tens &+ ones &<< 8).littleEndian, as: UInt16.self)
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
        guard length <= 16 else { return room.copyMemory(from: source, byteCount: length) }
        // Most pieces of a head are short: two loads that overlap cover any length up to twice the load's width.
        if length >= 8 {
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
    static func copy<Word: FixedWidthInteger & BitwiseCopyable>(
        _ word: Word.Type, _ source: UnsafeRawPointer, _ room: UnsafeMutableRawPointer, _ length: Int
    ) {
        let last = length &- MemoryLayout<Word>.size
        let (head, tail) = (source.loadUnaligned(as: word), source.loadUnaligned(fromByteOffset: last, as: word))
        room.storeBytes(of: head, as: word)
        room.storeBytes(of: tail, toByteOffset: last, as: word)
    }

    /// Reserves `length` bytes; nil, and overflowed for good, when they do not fit.
    @inlinable @inline(__always)
    mutating func claim(_ length: Int) -> UnsafeMutableRawPointer? {
        guard !isFull, let start, length <= limit &- end else {
            isFull = true
            return nil
        }
        defer { end &+= length }
        return start + end
    }
}
