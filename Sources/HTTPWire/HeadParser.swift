/// Reads one message head in place, in one pass, however the bytes are cut up.
///
/// Strict, because a lenient proxy in front of a strict server (or the reverse) is how requests are
/// smuggled: every deviation from RFC 9112 is an error, reported as soon as its byte is there.
/// All state is offsets and every byte is looked at once, so a head that arrives byte by byte
/// costs no more scanning than one that arrives whole.
public struct HeadParser: Sendable {
    /// Which grammar the head follows.
    public enum Kind: Sendable {
        /// Request line and fields. Up to two empty lines before it are skipped (RFC 9112 2.2).
        case request
        /// Status line and fields.
        case response
        /// Fields only: what follows the last chunk.
        case trailers
    }

    /// What a call to ``parse(_:into:)`` found.
    public enum Outcome: Equatable, Sendable {
        /// All bytes given are legal, but the head goes on.
        case needMore
        /// The head is complete; `byteCount` bytes of the input belong to it, counting empty lines
        /// skipped before a request line.
        case complete(byteCount: Int)
    }

    /// What the byte at `position` must be. Each case continues with the next unless it says so.
    enum Phase: UInt8, Sendable {
        /// Requests only: maybe CR of an empty line, else to `method`.
        case leading
        /// LF of an empty line before the request line; back to `leading`.
        case leadingLF
        /// Inside the method, up to its space.
        case method
        /// Inside the target, up to its space.
        case target
        /// Inside the version of a request, up to its CR; to `startLineLF`.
        case requestVersion
        /// Inside the version of a response, up to its space.
        case statusVersion
        /// Inside the three digits.
        case statusCode
        /// SP before the reason, or CR at once, then to `startLineLF`.
        case statusCodeEnd
        /// Inside the reason phrase, up to CR.
        case reason
        /// LF of the start line.
        case startLineLF
        /// Field lines and the final empty line.
        case fields
    }

    let kind: Kind
    var phase: Phase
    /// Bytes of empty lines before the request line; the head's offsets start after them.
    var skipped = 0
    /// Offset of the next byte to look at.
    var position = 0
    /// Offset where the element or field line being read began.
    var mark = 0
    /// Offset of the colon of the field line being read; 0 before it has been seen.
    var colon = 0

    /// A parser at the start of a head of this kind.
    public init(kind: Kind) {
        self.kind = kind
        phase = HeadParser.firstPhase(kind)
    }

    /// Goes on reading a head.
    ///
    /// `bytes` always starts at the first unconsumed byte of this head, empty lines included, and
    /// only grows between calls; it may move. They are borrowed: `head` refers to them until it
    /// is adopted or reset. After ``Outcome/complete(byteCount:)`` the parser is ready for the next
    /// head. After an error call ``reset()``; `head` holds what was read before the error.
    /// Source: RFC 9112 2 to 5.
    public mutating func parse(
        _ bytes: UnsafeRawBufferPointer, into head: MessageHead
    ) throws(HeadError) -> Outcome {
        guard let start = bytes.baseAddress else { return .needMore }
        if position == 0, skipped == 0 { head.facts = HeadFacts() }
        if phase == .leading || phase == .leadingLF {
            guard try skipEmptyLines(start, bytes.count) else { return .needMore }
        }
        let base = start + skipped
        head.borrow(base)
        let available = bytes.count &- skipped
        let headLimit = min(head.limits.headBytes, HeadLimits.largestHeadBytes)
        if phase.rawValue < Phase.fields.rawValue {
            let lineLimit = kind == .request ? min(head.limits.requestLineBytes, headLimit) : headLimit
            let end = min(available, lineLimit)
            let isDone =
                kind == .request
                ? try readRequestLine(base, end, &head.facts) : try readStatusLine(base, end, &head.facts)
            guard isDone else {
                if end == lineLimit { throw lineLimit < headLimit ? .requestLineTooLong : .headTooLarge }
                return .needMore
            }
        }
        let end = min(available, headLimit)
        let isDone = try readFields(
            base, end, &head.facts, table: head.table, limit: min(head.limits.fields, head.capacity),
            nominated: head.nominated)
        guard isDone else {
            if end == headLimit { throw .headTooLarge }
            return .needMore
        }
        head.facts.byteCount = position
        let consumed = skipped &+ position
        reset()
        return .complete(byteCount: consumed)
    }

    /// Makes the parser ready for a new head of the same kind.
    public mutating func reset() {
        phase = HeadParser.firstPhase(kind)
        skipped = 0
        position = 0
        mark = 0
        colon = 0
    }

    private static func firstPhase(_ kind: Kind) -> Phase {
        switch kind {
        case .request: .leading
        case .response: .statusVersion
        case .trailers: .fields
        }
    }

    /// Skips at most two empty lines; true once a byte of the request line is there.
    private mutating func skipEmptyLines(_ start: UnsafeRawPointer, _ count: Int) throws(HeadError) -> Bool {
        // `position` runs over the empty lines here and starts again at the request line.
        while skipped &+ position < count {
            let byte = start.load(fromByteOffset: skipped &+ position, as: UInt8.self)
            if phase == .leadingLF {
                guard byte == 0x0a else { throw .bareCR }
                skipped &+= 2
                position = 0
                phase = .leading
            } else if byte == 0x0d {
                guard skipped < 4 else { throw .badRequestLine }
                position = 1
                phase = .leadingLF
            } else {
                if byte == 0x0a { throw .bareLF }
                phase = .method
                return true
            }
        }
        return false
    }
}
