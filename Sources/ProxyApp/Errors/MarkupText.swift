/// Puts text into a page or a plain answer so that it stays text, whatever it holds.
enum MarkupText {
    /// Appends `text` for HTML content: what markup could begin or end with is escaped, control characters become `?`.
    static func append(html text: String, to page: ByteStore) {
        for byte in text.utf8 {
            switch byte {
            case 0x26: page.append("&amp;")
            case 0x3c: page.append("&lt;")
            case 0x3e: page.append("&gt;")
            case 0x22: page.append("&quot;")
            case 0x27: page.append("&#39;")
            default: page.append(byte: isControl(byte) ? 0x3f : byte)
            }
        }
    }

    /// Appends `text` as it is, but for control characters: a line stays a line.
    static func append(plain text: String, to page: ByteStore) {
        var text = text
        text.withUTF8 { bytes in
            // Without a branch for each byte, as hardly ever one is found.
            var controls: UInt8 = 0
            for byte in bytes { controls |= isControl(byte) ? 1 : 0 }
            guard controls != 0 else { return page.append(UnsafeRawBufferPointer(bytes)) }
            for byte in bytes { page.append(byte: isControl(byte) ? 0x3f : byte) }
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}
