/// What inet_aton(3) would make of a host, and so every program that dials through getaddrinfo(3).
enum NumericHost {
    /// Is the label decimal digits, or `0x` with hexadecimal digits or none? The last label of a name may not be.
    static func isNumber(_ bytes: UnsafeRawBufferPointer, _ label: Range<Int>) -> Bool {
        let first = label.lowerBound
        if label.allSatisfy({ bytes[$0] >= 0x30 && bytes[$0] <= 0x39 }) { return true }
        guard label.count >= 2, bytes[first] == 0x30, bytes[first + 1] | 0x20 == 0x78 else { return false }
        return label.dropFirst(2).allSatisfy { digit(bytes[$0]) < 16 }
    }

    /// The address of one to four parts, each decimal, octal with a leading 0 or hexadecimal with 0x; the last part fills
    /// what the others leave. Nil when a part is no number or too large.
    static func address(_ bytes: UnsafeRawBufferPointer, _ host: Range<Int>) -> IPAddress? {
        var value: UInt64 = 0
        var parts = 0
        var start = host.lowerBound
        while true {
            let end = host[start...].first { bytes[$0] == 0x2e } ?? host.upperBound
            guard parts < 4, let part = number(bytes, start..<end) else { return nil }
            parts += 1
            if end == host.upperBound {
                let room = UInt64(8 * (5 - parts))
                guard part < 1 << room else { return nil }
                return IPAddress(ipv4: UInt32(truncatingIfNeeded: value << room | part))
            }
            guard part < 256 else { return nil }
            value = value << 8 | part
            start = end + 1
        }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ part: Range<Int>) -> UInt64? {
        guard !part.isEmpty else { return nil }
        var digits = part
        var radix: UInt8 = 10
        if bytes[part.lowerBound] == 0x30, part.count > 1 {
            radix = 8
            digits = part.dropFirst()
            if bytes[part.lowerBound + 1] | 0x20 == 0x78 {
                radix = 16
                digits = part.dropFirst(2)
            }
        }
        var value: UInt64 = 0
        for i in digits {
            let digit = digit(bytes[i])
            guard digit < radix else { return nil }
            value = value * UInt64(radix) + UInt64(digit)
            guard value <= UInt64(UInt32.max) else { return nil }
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: .max
        }
    }
}
