/// The lines of a list with their numbers: without comments, blanks at the ends, a byte order mark and carriage returns.
struct ListLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var lines: TextLines

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        lines = TextLines(bytes)
    }

    /// The next line that has something on it, as offsets.
    mutating func next() -> (number: Int, range: Range<Int>)? {
        while let (number, line) = lines.next() {
            var start = line.lowerBound
            var end = start
            while end < line.upperBound, bytes[end] != 0x23 { end &+= 1 }
            while start < end, Self.isBlank(bytes[start]) { start &+= 1 }
            while end > start, Self.isBlank(bytes[end &- 1]) { end &-= 1 }
            if start < end { return (number, start..<end) }
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
