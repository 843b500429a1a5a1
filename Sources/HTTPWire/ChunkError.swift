/// Why a chunked body was refused. The message is incomplete and its connection must be closed.
public enum ChunkError: Error, Equatable, CaseIterable {
    /// A chunk line does not begin with a hexadecimal digit.
    case missingSize
    /// More than sixteen digits, or a size that does not fit in 63 bits.
    case sizeTooLarge
    /// A byte after the size that begins neither an extension nor the line's end.
    case badSize
    /// A chunk extension does not follow the grammar. RFC 9112 7.1.1.
    case badExtension
    /// The extensions of a chunk exceed 1024 bytes, or those of the body outweigh its content.
    case extensionTooLarge
    /// CR without LF.
    case bareCR
    /// LF without CR.
    case bareLF
    /// Chunk data longer than its size says.
    case missingDataEnd

    /// One sentence a client's user can act on; constant.
    public var reason: StaticString {
        switch self {
        case .missingSize: "A chunk has no size."
        case .sizeTooLarge: "A chunk size is too large."
        case .badSize: "A chunk size is malformed."
        case .badExtension: "A chunk extension is malformed."
        case .extensionTooLarge: "The chunk extensions are too large."
        case .bareCR: "A chunk line contains a carriage return without a line feed."
        case .bareLF: "A chunk line contains a line feed without a carriage return."
        case .missingDataEnd: "A chunk is longer than its size."
        }
    }
}
