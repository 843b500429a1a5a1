/// Checks IPv6 addresses as they are written between brackets. RFC 3986 3.2.2.
enum IPv6Literal {
    /// True when `bytes[from..<end]` is an IPv6 address: eight groups, or fewer with one `::`,
    /// the last two of which may be an IPv4 address. Zone ids are not part of it.
    static func isValid(_ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int) -> Bool {
        var groups = 0
        var isCompressed = false
        var index = from
        if end &- from >= 2, bytes[from] == 0x3a {
            guard bytes[from &+ 1] == 0x3a else { return false }
            isCompressed = true
            index &+= 2
            if index == end { return true }
        }
        while true {
            let start = index
            while index < end, index &- start < 4, ByteClass.hexValue(bytes[index]) != nil { index &+= 1 }
            guard index > start else { return false }
            if index < end, bytes[index] == 0x2e {
                guard isIPv4(bytes, start, end) else { return false }
                groups &+= 2
                break
            }
            groups &+= 1
            if index == end { break }
            guard groups < 8, bytes[index] == 0x3a else { return false }
            index &+= 1
            if index < end, bytes[index] == 0x3a {
                guard !isCompressed else { return false }
                isCompressed = true
                index &+= 1
                if index == end { break }
            }
        }
        // `::` stands for at least one group.
        return isCompressed ? groups < 8 : groups == 8
    }

    /// True for four decimal numbers up to 255, without leading zeros, with dots between.
    private static func isIPv4(_ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int) -> Bool {
        var index = from
        for part in 0..<4 {
            if part > 0 {
                guard index < end, bytes[index] == 0x2e else { return false }
                index &+= 1
            }
            let start = index
            var value = 0
            while index < end, index &- start < 3, ByteClass.isDigit(bytes[index]) {
                value = value &* 10 &+ Int(bytes[index] &- 0x30)
                index &+= 1
            }
            guard index > start, value < 256 else { return false }
            guard index &- start == 1 || bytes[start] != 0x30 else { return false }
        }
        return index == end
    }
}
