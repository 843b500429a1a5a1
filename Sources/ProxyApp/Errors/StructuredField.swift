import HTTPWire

/// Writes bare items of structured fields. RFC 8941 3.3 and 4.1.
enum StructuredField {
    /// A token where the text is one, else a string.
    static func append(tokenOrString text: String, to writer: inout HeadWriter) {
        guard isToken(text) else { return append(string: text, to: &writer) }
        append(text, to: &writer)
    }

    /// A string, as ``StructuredString`` writes it.
    static func append(string text: String, to writer: inout HeadWriter) {
        var string = StructuredString(to: &writer)
        string.append(text, to: &writer)
        string.end(&writer)
    }

    /// `*` or a letter, then the bytes of a token of HTTP, colons and slashes. RFC 8941 3.3.4.
    static func isToken(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == 0x2a || TokenByte.isAlpha(first) else { return false }
        return text.utf8.allSatisfy { TokenByte.isToken($0) || $0 == 0x3a || $0 == 0x2f }
    }

    private static func append(_ text: String, to writer: inout HeadWriter) {
        var text = text
        text.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
    }
}
