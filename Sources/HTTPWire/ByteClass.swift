/// Classes of bytes, as tables in constant memory. RFC 9110 5.6.2, RFC 3986 2.
///
/// The table is a string literal on purpose: its address is a link-time constant, so no lookup pays
/// for the lazy initialisation check that a global `let` may carry.
enum ByteClass {
    /// 256 entries: a token byte maps to its lower case, every other byte to 0.
    static var tokenLowercased: UnsafePointer<UInt8> {
        let table: StaticString = """
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0!\0#$%&'\0\0*+\0-.\00123456789\0\0\0\0\0\0\
            \0abcdefghijklmnopqrstuvwxyz\0\0\0^_\
            `abcdefghijklmnopqrstuvwxyz\0|\0~\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0
            """
        // SAFETY: the literal is ASCII and 256 bytes long, so every `UInt8` index is inside it,
        // and it lives as long as the program.
        return table.utf8Start
    }

    /// True for `ALPHA`.
    @inline(__always)
    static func isAlpha(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// True for `DIGIT`.
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// True for space and horizontal tab, the only optional whitespace there is.
    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// True for the bytes of a token. RFC 9110 5.6.2.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { tokenLowercased[Int(byte)] != 0 }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
