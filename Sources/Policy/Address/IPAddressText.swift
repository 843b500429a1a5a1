/// Addresses as text. Both directions are strict: what `init(parsing:)` takes is what inet_pton(3) takes, nothing more.
extension IPAddress: CustomStringConvertible {
    /// Reads `192.0.2.1` (four decimal parts without leading zeros) or an IPv6 address without brackets; nil for all else.
    ///
    /// Zone ids are refused: they mean something on one machine only. RFC 4291 2.2, RFC 3986 3.2.2.
    public init?(parsing text: some StringProtocol) {
        var copy = String(text)
        guard let address = copy.withUTF8({ IPAddress(parsing: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = address
    }

    /// Reads an address from bytes, which are borrowed for the call.
    public init?(parsing bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2, bytes.count <= 45 else { return nil }
        if bytes.contains(0x3a) {
            guard let bits = Self.ipv6(bytes) else { return nil }
            self.init(bits: bits)
        } else {
            guard let bits = Self.ipv4(bytes, 0) else { return nil }
            self.init(ipv4: bits)
        }
    }

    /// `192.0.2.1`, also for a mapped address, or IPv6 in the spelling of RFC 5952.
    public var description: String {
        if let ipv4 { return Self.text(ipv4) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        let zeros = Self.longestZeros(groups)
        var text = ""
        var index = 0
        while index < 8 {
            if let zeros, index == zeros.lowerBound {
                text += "::"
                index = zeros.upperBound
                continue
            }
            if !text.isEmpty, text.utf8.last != 0x3a { text += ":" }
            text += String(groups[index], radix: 16)
            index += 1
        }
        return text
    }

    private static func text(_ ipv4: UInt32) -> String {
        "\(ipv4 >> 24).\((ipv4 >> 16) & 255).\((ipv4 >> 8) & 255).\(ipv4 & 255)"
    }

    /// The first of the longest runs of at least two zero groups. RFC 5952 4.2.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(best?.count ?? 0, 1) { best = start..<end }
            start = end + 1
        }
        return best
    }

    /// Four decimal parts from `start` to the end.
    private static func ipv4(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
        var value: UInt32 = 0
        var index = start
        for part in 0..<4 {
            if part > 0 {
                guard index < bytes.count, bytes[index] == 0x2e else { return nil }
                index += 1
            }
            let first = index
            var number: UInt32 = 0
            while index < bytes.count, index - first < 3, bytes[index] >= 0x30, bytes[index] <= 0x39 {
                number = number * 10 + UInt32(bytes[index] - 0x30)
                index += 1
            }
            guard index > first, number < 256, index - first == 1 || bytes[first] != 0x30 else { return nil }
            value = value << 8 | number
        }
        return index == bytes.count ? value : nil
    }

    /// Groups are collected before and behind the `::`; what it stands for is known at the end.
    private static func ipv6(_ bytes: UnsafeRawBufferPointer) -> UInt128? {
        var value: UInt128 = 0
        var groups = 0
        var groupsBeforeGap: Int?
        var index = 0
        if bytes[0] == 0x3a {
            guard bytes[1] == 0x3a else { return nil }
            groupsBeforeGap = 0
            index = 2
        }
        while index < bytes.count {
            let first = index
            var group: UInt128 = 0
            while index < bytes.count, index - first < 4, let digit = hexValue(bytes[index]) {
                group = group << 4 | UInt128(digit)
                index += 1
            }
            guard index > first, groups < 8 else { return nil }
            if index < bytes.count, bytes[index] == 0x2e {
                guard groups < 7, let tail = ipv4(bytes, first) else { return nil }
                value = value << 32 | UInt128(tail)
                groups += 2
                break
            }
            value = value << 16 | group
            groups += 1
            if index == bytes.count { break }
            guard bytes[index] == 0x3a else { return nil }
            index += 1
            guard index < bytes.count else { return nil }
            if bytes[index] == 0x3a {
                guard groupsBeforeGap == nil else { return nil }
                groupsBeforeGap = groups
                index += 1
            }
        }
        guard let before = groupsBeforeGap else { return groups == 8 ? value : nil }
        // `::` stands for at least one group.
        guard groups < 8 else { return nil }
        let behind = groups - before
        let upper = before == 0 ? 0 : (value >> (16 * behind)) << (16 * (8 - before))
        return upper | (behind == 0 ? 0 : value & (UInt128.max >> (128 - 16 * behind)))
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
