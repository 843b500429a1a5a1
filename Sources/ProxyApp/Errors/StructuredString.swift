import HTTPWire

/// Writes a string of a structured field piece by piece: printable ASCII in quotes, with quote and backslash escaped. Other
/// bytes cannot be in one, and become `?`. RFC 8941 4.1.6.
struct StructuredString {
    /// Bytes of a string at most; what is longer is cut.
    static let maxBytes = 512

    private var left = maxBytes

    /// Begins the string.
    init(to writer: inout HeadWriter) { writer.append(byte: 0x22) }

    /// Ends the string.
    func end(_ writer: inout HeadWriter) { writer.append(byte: 0x22) }

    mutating func append(_ text: UnsafeRawBufferPointer, to writer: inout HeadWriter) {
        let text = UnsafeRawBufferPointer(rebasing: text.prefix(left))
        left -= text.count
        if Self.isPlain(text) { return writer.append(text) }
        for byte in text {
            if byte == 0x22 || byte == 0x5c { writer.append(byte: 0x5c) }
            writer.append(byte: byte >= 0x20 && byte < 0x7f ? byte : 0x3f)
        }
    }

    mutating func append(_ text: StaticString, to writer: inout HeadWriter) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), to: &writer)
    }

    mutating func append(_ text: String, to writer: inout HeadWriter) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &writer) }
    }

    /// Nothing to escape and nothing to replace. Without a branch for each byte.
    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        var other: UInt8 = 0
        for byte in text {
            other |= byte &- 0x20 < 0x5f && byte != 0x22 && byte != 0x5c ? 0 : 1
        }
        return other == 0
    }
}
