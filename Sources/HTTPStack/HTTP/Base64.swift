/// Base 64 with padding. RFC 4648 4.
enum Base64 {
    /// The bytes in groups of three as four characters each.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(digit(group >> shift)) }
            group = 0
            held = 0
        }
        if held == 1 { text += [digit(group >> 2), digit(group << 4), 0x3d, 0x3d] }
        if held == 2 { text += [digit(group >> 10), digit(group >> 4), digit(group << 2), 0x3d] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The character for the lowest six bits.
    private static func digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 63)
        switch value {
        case 0..<26: return 65 + value
        case 26..<52: return 71 + value
        case 52..<62: return value - 4
        case 62: return 0x2b
        default: return 0x2f
        }
    }
}
