extension HeadParser {
    /// Reads field lines up to and including the final empty line; true when its LF has been read.
    /// RFC 9112 5.
    ///
    /// Where the input ends inside a line, what goes back into `self` is where the line began, whether its colon has been
    /// seen, and how far it has been looked at: everything else follows from those when the line is there as a whole.
    mutating func readFields(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts,
        table: UnsafeMutablePointer<FieldLine>, limit: Int, nominated: UnsafeMutablePointer<ByteRange>
    ) throws(HeadError) -> Bool {
        var start = mark
        var colon = self.colon
        var index = position
        while index < end {
            if colon == 0 {
                if index == start {
                    let byte = base.load(fromByteOffset: index, as: UInt8.self)
                    if byte == 0x0d {
                        guard index &+ 1 < end else { break }
                        guard base.load(fromByteOffset: index &+ 1, as: UInt8.self) == 0x0a else { throw .bareCR }
                        position = index &+ 2
                        return true
                    }
                    guard ByteClass.isToken(byte) else { throw HeadParser.lineStartError(byte) }
                    guard facts.fieldCount < limit else { throw .tooManyFields }
                }
                index = try HeadParser.nameEnd(base, index, end)
                guard index < end else { break }
                colon = index
                index &+= 1
            }
            index = try HeadParser.textEnd(base, index, end)
            guard index &+ 1 < end else { break }
            guard base.load(fromByteOffset: index &+ 1, as: UInt8.self) == 0x0a else { throw .bareCR }
            let line = HeadParser.line(base, start, colon, index)
            table[facts.fieldCount] = line
            facts.fieldCount &+= 1
            try facts.note(line, base, nominated: nominated)
            index &+= 2
            start = index
            colon = 0
        }
        mark = start
        self.colon = colon
        position = index
        return false
    }

    /// Index of the colon that ends a field name, or `end`.
    @inline(__always)
    private static func nameEnd(_ base: UnsafeRawPointer, _ from: Int, _ end: Int) throws(HeadError) -> Int {
        let index = ByteScan.index(base, from, end, of: ByteScan.nonName)
        if index < end, base.load(fromByteOffset: index, as: UInt8.self) != 0x3a {
            return try unusualNameEnd(base, index, end)
        }
        return index
    }

    /// The same for a name with bytes that few names have, such as an underscore.
    @inline(never)
    private static func unusualNameEnd(_ base: UnsafeRawPointer, _ from: Int, _ end: Int) throws(HeadError) -> Int {
        for index in from..<end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if ByteClass.isToken(byte) { continue }
            guard byte == 0x3a else { throw byte == 0x0d || byte == 0x0a ? .missingColon : .badFieldName }
            return index
        }
        return end
    }

    /// The line that begins at `start` and has its colon and its CR at these offsets, without the whitespace around its value.
    @inline(__always)
    private static func line(_ base: UnsafeRawPointer, _ start: Int, _ colon: Int, _ end: Int) -> FieldLine {
        // Most often one space before the value and none behind. No byte of it but whitespace is below `!`, and CR is too.
        let hasSpace = base.load(fromByteOffset: colon &+ 1, as: UInt8.self) == 0x20
        let first = colon &+ (hasSpace ? 2 : 1)
        let isTrimmed =
            base.load(fromByteOffset: first, as: UInt8.self) > 0x20
            && base.load(fromByteOffset: end &- 1, as: UInt8.self) > 0x20
        return FieldLine(
            name: ByteRange(from: start, to: colon),
            value: isTrimmed ? ByteRange(from: first, to: end) : trimmed(base, first, end),
            id: FieldNames.id(base + start, colon &- start), lineEnd: UInt16(truncatingIfNeeded: end &+ 2))
    }

    @inline(never)
    private static func trimmed(_ base: UnsafeRawPointer, _ from: Int, _ to: Int) -> ByteRange {
        var (first, end) = (from, to)
        while first < end, base.load(fromByteOffset: first, as: UInt8.self) <= 0x20 { first &+= 1 }
        while end > first, base.load(fromByteOffset: end &- 1, as: UInt8.self) <= 0x20 { end &-= 1 }
        return ByteRange(from: first, to: end)
    }

    /// Why a line may not begin with `byte`.
    private static func lineStartError(_ byte: UInt8) -> HeadError {
        switch byte {
        case 0x20, 0x09: .obsFold
        case 0x3a: .emptyFieldName
        case 0x0a: .bareLF
        default: .badFieldName
        }
    }
}
