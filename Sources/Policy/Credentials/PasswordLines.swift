/// The lines of a password file: without those that are empty or begin with `#`, carriage returns and a byte order mark.
///
/// Unlike in a list a `#` further on is part of the line: users and hashes of other kinds may have one.
struct PasswordLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var lines: TextLines

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        lines = TextLines(bytes)
    }

    mutating func next() -> (number: Int, range: Range<Int>)? {
        while let (number, line) = lines.next() {
            let start = line.lowerBound
            var end = line.upperBound
            if end > start, bytes[end - 1] == 0x0d { end -= 1 }
            if end > start, bytes[start] != 0x23 { return (number, start..<end) }
        }
        return nil
    }
}
