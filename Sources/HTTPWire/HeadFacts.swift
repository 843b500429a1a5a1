/// What one pass over a head found out. A plain value, so that the parser can keep it in a local
/// while it works and store it into the pooled ``MessageHead`` once.
@usableFromInline
struct HeadFacts {
    /// Most names `Connection` may nominate: bounds the cost of asking for each field.
    static var nominationLimit: Int { 32 }

    @usableFromInline var byteCount = 0
    @usableFromInline var fieldCount = 0
    @usableFromInline var nominationCount = 0
    /// One bit per ``FieldID`` seen.
    @usableFromInline var presence: UInt64 = 0
    @usableFromInline var method = Method.other
    @usableFromInline var versionMinor: UInt8 = 0
    @usableFromInline var status: Int = 0
    @usableFromInline var methodRange = ByteRange.empty
    @usableFromInline var targetRange = ByteRange.empty
    @usableFromInline var reasonRange = ByteRange.empty
    @usableFromInline var contentLength = ContentLengthFact.absent
    @usableFromInline var repeatsContentLength = false
    @usableFromInline var transferEncoding = TransferEncodingFact.absent
    @usableFromInline var connection: ConnectionTokens = []
    @usableFromInline var hostCount = 0
    @usableFromInline var expectsContinue = false
    @usableFromInline var hasUnknownExpectation = false
    private var sawChunked = false

    /// Facts of a head of which nothing has been read.
    @usableFromInline
    init() {}

    /// Records the field `line` of the head at `base`; `nominated` holds the names in `Connection`.
    @inline(__always)
    mutating func note(
        _ line: FieldLine, _ base: UnsafeRawPointer, nominated: UnsafeMutablePointer<ByteRange>
    ) throws(HeadError) {
        if line.id == .other { return }
        presence |= line.id.bit
        switch line.id {
        case .connection: try noteConnection(line.value, base, nominated)
        case .contentLength: noteContentLength(line.value, base)
        case .transferEncoding: noteTransferEncoding(ListElements(base, line.value), base)
        case .host: hostCount &+= 1
        case .expect: noteExpect(line.value, base)
        default: break
        }
    }

    private mutating func noteConnection(
        _ value: ByteRange, _ base: UnsafeRawPointer, _ nominated: UnsafeMutablePointer<ByteRange>
    ) throws(HeadError) {
        // Nearly always one of the two, and nothing else.
        if HeadFacts.spells(base, value, "keep-alive") {
            connection.insert(.keepAlive)
            return
        }
        if HeadFacts.spells(base, value, "close") {
            connection.insert(.close)
            return
        }
        var members = ListElements(base, value)
        while let member = members.next() {
            if member.isEmpty { continue }
            if HeadFacts.spells(base, member, "keep-alive") {
                connection.insert(.keepAlive)
            } else if HeadFacts.spells(base, member, "close") {
                connection.insert(.close)
            } else if HeadFacts.spells(base, member, "upgrade") {
                connection.insert(.upgrade)
            } else if HeadFacts.spells(base, member, "te") {
                connection.insert(.te)
            } else {
                guard nominationCount < HeadFacts.nominationLimit else { throw .tooManyConnectionOptions }
                nominated[nominationCount] = member
                nominationCount &+= 1
                connection.insert(.others)
            }
        }
    }

    private mutating func noteContentLength(_ value: ByteRange, _ base: UnsafeRawPointer) {
        if case .absent = contentLength, let length = HeadFacts.decimal(base, value) {
            contentLength = .value(length)
            return
        }
        var members = ListElements(base, value)
        while let member = members.next() {
            if contentLength != .absent { repeatsContentLength = true }
            let length = HeadFacts.decimal(base, member)
            switch (contentLength, length) {
            case (.invalid, _), (_, nil): contentLength = .invalid
            case (.absent, let length?): contentLength = .value(length)
            case (.value(let known), let length?) where known == length: break
            default: contentLength = .conflicting
            }
        }
    }

    /// Codings are a list over all fields, in order; `chunked` must be its last member, once.
    private mutating func noteTransferEncoding(_ members: ListElements, _ base: UnsafeRawPointer) {
        var members = members
        while let member = members.next() {
            let isFirst = transferEncoding == .absent
            let start = Int(member.start)
            var index = start
            while index < member.end, ByteClass.isToken(base.load(fromByteOffset: index, as: UInt8.self)) {
                index &+= 1
            }
            let isChunked = HeadFacts.spells(base, ByteRange(from: start, to: index), "chunked")
            let hasParameters = index < member.end
            if index == start || sawChunked || (isChunked && hasParameters)
                || (hasParameters && !HeadFacts.beginsParameters(base, index, member.end))
            {
                transferEncoding = .invalid
            } else if transferEncoding != .invalid {
                transferEncoding = isFirst && isChunked ? .chunked : .other
            }
            sawChunked = sawChunked || isChunked
        }
    }

    private mutating func noteExpect(_ value: ByteRange, _ base: UnsafeRawPointer) {
        if HeadFacts.spells(base, value, "100-continue") {
            expectsContinue = true
        } else {
            hasUnknownExpectation = true
        }
    }

    private static func beginsParameters(_ base: UnsafeRawPointer, _ from: Int, _ end: Int) -> Bool {
        var index = from
        while index < end, ByteClass.isWhitespace(base.load(fromByteOffset: index, as: UInt8.self)) { index &+= 1 }
        return index < end && base.load(fromByteOffset: index, as: UInt8.self) == 0x3b
    }

    /// True when the member is `lowercase`, ignoring case. No control byte but HTAB can be in a
    /// value, and HTAB folds to `)`, which no keyword here has.
    @inline(__always)
    private static func spells(_ base: UnsafeRawPointer, _ member: ByteRange, _ lowercase: StaticString) -> Bool {
        Int(member.length) == lowercase.utf8CodeUnitCount
            && ByteRun.equalIgnoringCase(
                base + Int(member.start), UnsafeRawPointer(lowercase.utf8Start), Int(member.length))
    }

    /// `1*DIGIT` that fits in 63 bits, or nil.
    private static func decimal(_ base: UnsafeRawPointer, _ member: ByteRange) -> Int64? {
        if member.isEmpty { return nil }
        var value: Int64 = 0
        for index in Int(member.start)..<member.end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            guard ByteClass.isDigit(byte) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int64(byte &- 0x30))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
