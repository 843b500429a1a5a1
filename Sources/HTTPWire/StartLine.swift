extension HeadParser {
    /// Reads `method SP target SP version CRLF`; true when its LF has been read. RFC 9112 3.
    mutating func readRequestLine(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts
    ) throws(HeadError) -> Bool {
        if phase == .method {
            let token = ByteClass.tokenLowercased
            var index = position
            while index < end, token[Int(base.load(fromByteOffset: index, as: UInt8.self))] != 0 { index &+= 1 }
            position = index
            guard index < end else { return false }
            switch base.load(fromByteOffset: index, as: UInt8.self) {
            case 0x20 where index > 0: break
            case 0x20, 0x0d: throw .badRequestLine
            case 0x0a: throw .bareLF
            default: throw .badMethod
            }
            facts.methodRange = ByteRange(from: 0, to: index)
            facts.method = Method.identify(base, index)
            advance(to: .target)
        }
        if phase == .target {
            position = ByteScan.index(base, position, end, of: ByteScan.nonVisible)
            guard position < end else { return false }
            switch base.load(fromByteOffset: position, as: UInt8.self) {
            case 0x20 where position > mark: break
            case 0x20, 0x0d: throw .badRequestLine
            case 0x0a: throw .bareLF
            default: throw .badTarget
            }
            facts.targetRange = ByteRange(from: mark, to: position)
            advance(to: .requestVersion)
        }
        if phase == .requestVersion {
            guard try readVersion(base, end, &facts) else { return false }
            guard position < end else { return false }
            switch base.load(fromByteOffset: position, as: UInt8.self) {
            case 0x0d: advance(to: .startLineLF)
            case 0x0a: throw .bareLF
            case 0x20, 0x09: throw .badRequestLine
            default: throw .badVersion
            }
        }
        return try readStartLineLF(base, end)
    }

    /// Reads `version SP 3DIGIT [SP reason] CRLF`; true when its LF has been read. RFC 9112 4.
    ///
    /// The space after the code is required by the grammar, but servers that send no reason leave
    /// it out and nothing is ambiguous without it.
    mutating func readStatusLine(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts
    ) throws(HeadError) -> Bool {
        if phase == .statusVersion {
            guard try readVersion(base, end, &facts) else { return false }
            guard position < end else { return false }
            guard base.load(fromByteOffset: position, as: UInt8.self) == 0x20 else { throw .badVersion }
            advance(to: .statusCode)
        }
        if phase == .statusCode {
            while position &- mark < 3 {
                guard position < end else { return false }
                let byte = base.load(fromByteOffset: position, as: UInt8.self)
                guard ByteClass.isDigit(byte), position > mark || byte != 0x30 else { throw .badStatusLine }
                facts.status = facts.status &* 10 &+ Int(byte &- 0x30)
                position &+= 1
            }
            phase = .statusCodeEnd
        }
        if phase == .statusCodeEnd {
            guard position < end else { return false }
            switch base.load(fromByteOffset: position, as: UInt8.self) {
            case 0x20: advance(to: .reason)
            case 0x0d: advance(to: .startLineLF)
            case 0x0a: throw .bareLF
            default: throw .badStatusLine
            }
        }
        if phase == .reason {
            position = try HeadParser.textEnd(base, position, end)
            guard position < end else { return false }
            facts.reasonRange = ByteRange(from: mark, to: position)
            advance(to: .startLineLF)
        }
        return try readStartLineLF(base, end)
    }

    /// Reads `HTTP/1.` DIGIT from `mark`; true when all eight bytes have been read.
    @inline(__always)
    private mutating func readVersion(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts
    ) throws(HeadError) -> Bool {
        if position == mark, end &- mark >= 8 {
            // Almost every message: compared in one piece, its last digit aside.
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: mark, as: UInt64.self))
            let minor = UInt8(truncatingIfNeeded: word &>> 56)
            if word & 0x00ff_ffff_ffff_ffff == 0x002e_312f_5054_5448, ByteClass.isDigit(minor) {
                facts.versionMinor = minor &- 0x30
                position = mark &+ 8
                return true
            }
        }
        return try readVersionBytes(base, end, &facts)
    }

    /// The same, byte by byte.
    @inline(never)
    private mutating func readVersionBytes(
        _ base: UnsafeRawPointer, _ end: Int, _ facts: inout HeadFacts
    ) throws(HeadError) -> Bool {
        let pattern: StaticString = "HTTP/1.1"
        var index = position
        while index &- mark < 8 {
            guard index < end else {
                position = index
                return false
            }
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            switch index &- mark {
            case 5, 7:
                guard ByteClass.isDigit(byte) else { throw .badVersion }
            case let offset:
                guard byte == pattern.utf8Start[offset] else {
                    throw offset == 0 && byte == 0x20 ? .badRequestLine : .badVersion
                }
            }
            index &+= 1
        }
        guard base.load(fromByteOffset: mark &+ 5, as: UInt8.self) == 0x31 else { throw .unsupportedVersion }
        facts.versionMinor = base.load(fromByteOffset: mark &+ 7, as: UInt8.self) &- 0x30
        position = index
        return true
    }

    private mutating func readStartLineLF(_ base: UnsafeRawPointer, _ end: Int) throws(HeadError) -> Bool {
        guard position < end else { return false }
        guard base.load(fromByteOffset: position, as: UInt8.self) == 0x0a else { throw .bareCR }
        advance(to: .fields)
        return true
    }

    /// Steps over the byte at `position`; the next element begins after it.
    @inline(__always)
    mutating func advance(to next: Phase) {
        position &+= 1
        mark = position
        phase = next
    }

    /// Index of the CR that ends a run of field text, or `end`. HTAB, space, visible ASCII and
    /// bytes from 0x80 up are text. RFC 9110 5.5.
    @inline(__always)
    static func textEnd(_ base: UnsafeRawPointer, _ from: Int, _ end: Int) throws(HeadError) -> Int {
        let index = ByteScan.index(base, from, end, of: ByteScan.controls)
        guard index < end, base.load(fromByteOffset: index, as: UInt8.self) != 0x0d else { return index }
        return try textEnd(base, behindControlAt: index, end)
    }

    /// The same, when the text has come to a control byte that is not CR: most often a tab.
    @inline(never)
    private static func textEnd(
        _ base: UnsafeRawPointer, behindControlAt from: Int, _ end: Int
    ) throws(HeadError) -> Int {
        var index = from
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte == 0x0d { return index }
            guard byte == 0x09 else { throw byte == 0x0a ? .bareLF : .badFieldValue }
            index = ByteScan.index(base, index &+ 1, end, of: ByteScan.controls)
        }
        return end
    }
}
