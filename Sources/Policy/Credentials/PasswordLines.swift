/// The lines of a password file: without those that are empty or begin with `#`, carriage returns and a byte order mark.
///
/// Unlike in a list a `#` further on is part of the line: users and hashes of other kinds may have one.
struct PasswordLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var line = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { index = 3 }
    }

    mutating func next() -> (number: Int, range: Range<Int>)? {
        while index < bytes.count {
            line += 1
            let start = index
            while index < bytes.count, bytes[index] != 0x0a { index += 1 }
            var end = index
            index += 1
            if end > start, bytes[end - 1] == 0x0d { end -= 1 }
            if end > start, bytes[start] != 0x23 { return (line, start..<end) }
        }
        return nil
    }
}
