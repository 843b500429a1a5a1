/// The lines of a text file with their numbers, as offsets: without line feeds and a byte order mark at the start.
struct TextLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var line = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { index = 3 }
    }

    mutating func next() -> (number: Int, range: Range<Int>)? {
        guard index < bytes.count else { return nil }
        line += 1
        let start = index
        while index < bytes.count, bytes[index] != 0x0a { index &+= 1 }
        defer { index &+= 1 }
        return (line, start..<index)
    }
}
