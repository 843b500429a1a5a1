/// RFC 4648 4, as strict as it can be: one text for each sequence of bytes.
enum Base64 {
    /// The bytes of padded `text`; nil for other characters, wrong padding, and bits behind the last byte.
    static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let isLast = start + 4 == text.count
            let padding = !isLast || text[start + 3] != 0x3d ? 0 : text[start + 2] != 0x3d ? 1 : 2
            var group: UInt32 = 0
            for place in 0..<4 {
                guard place < 4 - padding else {
                    group <<= 6
                    continue
                }
                guard let value = value(text[start + place]) else { return nil }
                group = group << 6 | value
            }
            guard padding == 0 || group & (padding == 1 ? 0xff : 0xffff) == 0 else { return nil }
            for byte in 0..<(3 - padding) { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * byte))) }
        }
        return bytes
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5a: UInt32(byte - 0x41)
        case 0x61...0x7a: UInt32(byte - 0x61) + 26
        case 0x30...0x39: UInt32(byte - 0x30) + 52
        case 0x2b: 62
        case 0x2f: 63
        default: nil
        }
    }
}
