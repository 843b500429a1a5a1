/// Finds the payload in a chunked body, in place, however the bytes are cut up. RFC 9112 7.1.
///
/// Strict: lines end in CRLF, a size is 1 to 16 hexadecimal digits with nothing before it. Chunk
/// extensions are checked and dropped. A byte reported as consumed need not be presented again.
public struct ChunkedDecoder: Sendable {
    /// What was found from the given offset on.
    public enum Step: Equatable, Sendable {
        /// Payload at these indices of the given bytes; all up to `upperBound` is consumed.
        case data(Range<Int>)
        /// All bytes up to index `consumed` are used up and the body goes on.
        case needMore(consumed: Int)
        /// The last chunk's line ends at index `consumed`; trailers or an empty line follow, to
        /// be read with ``HeadParser`` of kind ``HeadParser/Kind/trailers``.
        case trailers(consumed: Int)
    }

    /// What the next byte must be. Each case continues with the next unless it says so.
    private enum Phase: UInt8 {
        /// First digit of a size.
        case sizeStart
        /// Further digits; to `lineLF` at CR.
        case size
        /// Inside the extensions; to `lineLF` at CR.
        case extensions
        /// LF of a chunk line; to `last` when the size was 0.
        case lineLF
        /// Payload.
        case data
        /// CR after the payload.
        case dataCR
        /// LF after the payload; back to `sizeStart`.
        case dataLF
        /// The last chunk's line has been read. Final.
        case last
    }

    private var phase = Phase.sizeStart
    private var digits: UInt8 = 0
    private var grammar = ChunkExtensionGrammar()
    private var extensionBytes = 0
    private var overheadBytes: Int64 = 0
    private var payloadBytes: Int64 = 0

    /// Payload bytes of the current chunk still to come; never negative. They may be moved past
    /// this decoder, by splice for one, and reported with ``skipPayload(_:)``.
    public private(set) var payloadRemaining: Int64 = 0

    /// A decoder at the start of a body.
    public init() {}

    /// Makes the decoder ready for a new body.
    public mutating func reset() { self = ChunkedDecoder() }

    /// Longest extensions of one chunk, in bytes from the size to the CR.
    public static var extensionLimitBytes: Int { 1024 }

    /// Extension bytes a body may carry beyond one per payload byte. Without this bound a sender
    /// keeps a proxy busy at a thousand bytes per byte delivered.
    public static var overheadAllowanceBytes: Int64 { 16_384 }

    /// Looks at `bytes` from index `offset` on and reports the first thing found. Call again from
    /// the end of a reported range; an empty remainder is ``Step/needMore(consumed:)``.
    public mutating func next(
        _ bytes: UnsafeRawBufferPointer, from offset: Int
    ) throws(ChunkError) -> Step {
        var index = offset
        while index < bytes.count {
            switch phase {
            case .data:
                let count = Int(min(payloadRemaining, Int64(bytes.count &- index)))
                skipPayload(Int64(count))
                return .data(index..<index &+ count)
            case .last:
                return .trailers(consumed: index)
            default:
                let byte = bytes[index]
                index &+= 1
                if try readFraming(byte) { return .trailers(consumed: index) }
            }
        }
        return phase == .last ? .trailers(consumed: index) : .needMore(consumed: index)
    }

    /// Records that `count` payload bytes were taken without passing through ``next(_:from:)``.
    /// `count` must be at most ``payloadRemaining``.
    public mutating func skipPayload(_ count: Int64) {
        precondition(count >= 0 && count <= payloadRemaining, "more payload skipped than the chunk has")
        payloadRemaining &-= count
        // Only compared with the overhead: saturating is exact enough, and cannot trap.
        let (sum, overflow) = payloadBytes.addingReportingOverflow(count)
        payloadBytes = overflow ? Int64.max : sum
        if payloadRemaining == 0 && phase == .data { phase = .dataCR }
    }

    /// Takes one byte that is not payload; true when it ends the last chunk's line.
    @inline(__always)
    private mutating func readFraming(_ byte: UInt8) throws(ChunkError) -> Bool {
        switch phase {
        case .sizeStart:
            guard let value = ByteClass.hexValue(byte) else { throw byte == 0x0a ? .bareLF : .missingSize }
            payloadRemaining = Int64(value)
            digits = 1
            extensionBytes = 0
            phase = .size
        case .size:
            if let value = ByteClass.hexValue(byte) {
                guard digits < 16, payloadRemaining <= Int64.max &>> 4 else { throw .sizeTooLarge }
                payloadRemaining = payloadRemaining &<< 4 | Int64(value)
                digits &+= 1
            } else if byte == 0x0d {
                phase = .lineLF
            } else if byte == 0x3b || ByteClass.isWhitespace(byte) {
                grammar = ChunkExtensionGrammar()
                phase = .extensions
                try readExtension(byte)
            } else {
                throw byte == 0x0a ? .bareLF : .badSize
            }
        case .extensions:
            try readExtension(byte)
        case .lineLF:
            guard byte == 0x0a else { throw .bareCR }
            phase = payloadRemaining == 0 ? .last : .data
            return phase == .last
        case .dataCR:
            guard byte == 0x0d else { throw byte == 0x0a ? .bareLF : .missingDataEnd }
            phase = .dataLF
        case .dataLF:
            guard byte == 0x0a else { throw .bareCR }
            phase = .sizeStart
        case .data, .last:
            preconditionFailure("payload and the end are handled by next")
        }
        return false
    }

    private mutating func readExtension(_ byte: UInt8) throws(ChunkError) {
        if byte == 0x0d && grammar.mayEnd {
            phase = .lineLF
            return
        }
        if byte == 0x0a { throw .bareLF }
        guard grammar.take(byte) else { throw .badExtension }
        extensionBytes &+= 1
        overheadBytes &+= 1
        guard extensionBytes <= ChunkedDecoder.extensionLimitBytes else { throw .extensionTooLarge }
        // Subtracting on this side cannot overflow, whatever the payload adds up to.
        guard overheadBytes &- ChunkedDecoder.overheadAllowanceBytes <= payloadBytes else {
            throw .extensionTooLarge
        }
    }
}
