/// The lines of a list with their numbers: without comments, blanks at the ends, a byte order mark and carriage returns.
struct ListLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var line = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { index = 3 }
    }

    /// The next line that has something on it, as offsets.
    mutating func next() -> (number: Int, range: Range<Int>)? {
        while index < bytes.count {
            line += 1
            var start = index
            while index < bytes.count, bytes[index] != 0x0a { index &+= 1 }
            var end = start
            while end < index, bytes[end] != 0x23 { end &+= 1 }
            index &+= 1
            while start < end, Self.isBlank(bytes[start]) { start &+= 1 }
            while end > start, Self.isBlank(bytes[end &- 1]) { end &-= 1 }
            if start < end { return (line, start..<end) }
        }
        return nil
    }

    /// The words of a line.
    static func words(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var index = range.lowerBound
        while index < range.upperBound {
            while index < range.upperBound, isBlank(bytes[index]) { index &+= 1 }
            let start = index
            while index < range.upperBound, !isBlank(bytes[index]) { index &+= 1 }
            if start < index { words.append(start..<index) }
        }
        return words
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}
