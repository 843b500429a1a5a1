/// Walks over a list of members with parameters, `a/b; c=d; e="f", …`. RFC 9110 5.6.
///
/// The bytes are borrowed, and come from a head that was parsed.
struct ParameterScan {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// Is nothing left of this member?
    var isAtMemberEnd: Bool { next == nil || next == 0x2c }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0d { at += 1 }
    }

    /// Takes this byte if it is the next one.
    mutating func takes(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    /// Takes a token; nil when there is none here.
    mutating func token() -> Slice<UnsafeRawBufferPointer>? {
        let start = at
        while let byte = next, TokenByte.isToken(byte) { at += 1 }
        return at > start ? bytes[start..<at] : nil
    }

    /// Takes a token, or what a quoted string holds with its escapes as they are; nil when there is neither.
    mutating func value() -> Slice<UnsafeRawBufferPointer>? {
        guard next == 0x22 else { return token() }
        let start = at + 1
        guard skipQuoted() else { return nil }
        return bytes[start..<at - 1]
    }

    /// Goes to the comma behind this member, or to the end; commas in quoted strings do not count.
    mutating func skipMember() {
        while let byte = next, byte != 0x2c {
            if byte == 0x22 { _ = skipQuoted() } else { at += 1 }
        }
    }

    /// Goes behind the quoted string that begins here; to the end, and false, when it does not end.
    private mutating func skipQuoted() -> Bool {
        at += 1
        while let byte = next {
            at += 1
            if byte == 0x22 { return true }
            if byte == 0x5c, next != nil { at += 1 }
        }
        return false
    }
}
