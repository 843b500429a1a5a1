/// Checks chunk extensions a byte at a time. RFC 9112 7.1.1:
/// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`.
struct ChunkExtensionGrammar: Sendable {
    private enum Phase: UInt8 {
        /// After the size or a complete extension and no whitespace: `;`, whitespace or the end.
        case idle
        /// Whitespace seen where only `;` or more whitespace may follow.
        case beforeSemicolon
        /// After `;`, before the name.
        case beforeName
        /// Inside the name.
        case name
        /// Whitespace after the name: `=` or `;` follows.
        case afterName
        /// After `=`, before the value.
        case beforeValue
        /// Inside a token value.
        case value
        /// Inside a quoted value.
        case quoted
        /// After a backslash inside a quoted value.
        case escaped
    }

    private var phase = Phase.idle

    /// True when the line may end here.
    var mayEnd: Bool { phase == .idle || phase == .name || phase == .value }

    /// Takes one byte; false when the grammar does not allow it here.
    mutating func take(_ byte: UInt8) -> Bool {
        let isSpace = ByteClass.isWhitespace(byte)
        switch phase {
        case .idle, .beforeSemicolon:
            if isSpace { return go(.beforeSemicolon) }
            return byte == 0x3b && go(.beforeName)
        case .beforeName:
            if isSpace { return true }
            return ByteClass.isToken(byte) && go(.name)
        case .name, .afterName:
            if byte == 0x3d { return go(.beforeValue) }
            if byte == 0x3b { return go(.beforeName) }
            if isSpace { return go(.afterName) }
            return phase == .name && ByteClass.isToken(byte)
        case .beforeValue:
            if isSpace { return true }
            if byte == 0x22 { return go(.quoted) }
            return ByteClass.isToken(byte) && go(.value)
        case .value:
            if ByteClass.isToken(byte) { return true }
            if isSpace { return go(.beforeSemicolon) }
            return byte == 0x3b && go(.beforeName)
        case .quoted:
            if byte == 0x22 { return go(.idle) }
            if byte == 0x5c { return go(.escaped) }
            return ChunkExtensionGrammar.isText(byte)
        case .escaped:
            return ChunkExtensionGrammar.isText(byte) && go(.quoted)
        }
    }

    private mutating func go(_ next: Phase) -> Bool {
        phase = next
        return true
    }

    /// HTAB, space, visible ASCII and obs-text.
    private static func isText(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7f) }
}
