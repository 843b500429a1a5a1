extension HeadParser {
    /// Reads field lines up to and including the final empty line; true when its LF has been read.
    /// RFC 9112 5.
    ///
    /// State lives in locals while the loop runs and goes back into `self` only where the input
    /// ends, so the common case touches memory for the bytes and the table alone.
    mutating func readFields(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts,
        table: UnsafeMutablePointer<FieldLine>, limit: Int, nominated: UnsafeMutablePointer<ByteRange>
    ) throws(HeadError) -> Bool {
        let token = ByteClass.tokenLowercased
        var index = position
        var phase = self.phase
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            switch phase {
            case .lineStart:
                mark = index
                if byte == 0x0d {
                    phase = .finalLF
                    index &+= 1
                    continue
                }
                guard token[Int(byte)] != 0 else { throw HeadParser.lineStartError(byte) }
                guard facts.fieldCount < limit else { throw .tooManyFields }
                phase = .name
                index &+= 1
                fallthrough
            case .name:
                while index < end, token[Int(base.load(fromByteOffset: index, as: UInt8.self))] != 0 { index &+= 1 }
                guard index < end else { continue }
                let stop = base.load(fromByteOffset: index, as: UInt8.self)
                guard stop == 0x3a else { throw stop == 0x0d || stop == 0x0a ? .missingColon : .badFieldName }
                name = ByteRange(from: mark, to: index)
                nameID = FieldID.identify(base + mark, index &- mark)
                phase = .valueStart
                index &+= 1
                fallthrough
            case .valueStart:
                while index < end, ByteClass.isWhitespace(base.load(fromByteOffset: index, as: UInt8.self)) {
                    index &+= 1
                }
                guard index < end else { continue }
                mark = index
                phase = .value
                fallthrough
            case .value:
                index = try HeadParser.textEnd(base, index, end)
                guard index < end else { continue }
                valueEnd = index
                phase = .valueLF
                index &+= 1
                guard index < end else { continue }
                fallthrough
            case .valueLF:
                guard base.load(fromByteOffset: index, as: UInt8.self) == 0x0a else { throw .bareCR }
                index &+= 1
                var last = valueEnd
                while last > mark, ByteClass.isWhitespace(base.load(fromByteOffset: last &- 1, as: UInt8.self)) {
                    last &-= 1
                }
                let line = FieldLine(
                    name: name, value: ByteRange(from: mark, to: last), id: nameID,
                    lineEnd: UInt16(truncatingIfNeeded: index))
                table[facts.fieldCount] = line
                facts.fieldCount &+= 1
                try facts.note(line, base, nominated: nominated)
                phase = .lineStart
            case .finalLF:
                guard byte == 0x0a else { throw .bareCR }
                position = index &+ 1
                return true
            default:
                preconditionFailure("field lines reached in a start line phase")
            }
        }
        position = index
        self.phase = phase
        return false
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
