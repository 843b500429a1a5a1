import HTTPWire

/// Calls `body` with the bytes of `text` at an address of their own, so that a read beyond them
/// is one the address sanitizer sees.
func withBytes<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return try body(UnsafeRawBufferPointer(copy))
}

func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withBytes(Array(text.utf8), body)
}

/// How a head ended: everything a test compares, without pointers.
struct ParsedHead: Equatable {
    var consumed = 0
    var byteCount = 0
    var method = Method.other
    var methodText = ""
    var target = ""
    var minor: UInt8 = 0
    var status = 0
    var reason: [UInt8] = []
    var fields: [[UInt8]] = []
    var ids: [FieldID] = []
    var lines: [[UInt8]] = []
    var contentLength = ContentLengthFact.absent
    var transferEncoding = TransferEncodingFact.absent
    var connection: ConnectionTokens = []
    var hostCount = 0

    init(_ head: MessageHead, consumed: Int) {
        self.consumed = consumed
        byteCount = head.byteCount
        method = head.method
        methodText = String(decoding: head.bytes(head.methodRange), as: UTF8.self)
        target = String(decoding: head.bytes(head.targetRange), as: UTF8.self)
        minor = head.versionMinor
        status = head.status
        reason = Array(head.bytes(head.reasonRange))
        for line in head.fields {
            fields.append(Array(head.bytes(line.name)))
            fields.append(Array(head.bytes(line.value)))
            ids.append(line.id)
            lines.append(Array(head.bytes(line.line)))
        }
        contentLength = head.contentLength
        transferEncoding = head.transferEncoding
        connection = head.connection
        hostCount = head.hostCount
    }
}

enum HeadResult: Equatable {
    case head(ParsedHead)
    case incomplete
    case failed(HeadError)

    var parsed: ParsedHead? { if case .head(let head) = self { head } else { nil } }
    var error: HeadError? { if case .failed(let error) = self { error } else { nil } }
}

/// Parses prefixes that grow by `step` bytes, each at a fresh address, until something is decided.
/// With a `step` of at least the input's length this is a single call.
func parseHead(
    _ bytes: [UInt8], _ kind: HeadParser.Kind, step: Int, limits: HeadLimits = .standard
) -> (result: HeadResult, fed: Int) {
    let head = MessageHead(limits: limits)
    var parser = HeadParser(kind: kind)
    var fed = 0
    while true {
        fed = min(fed + step, bytes.count)
        let outcome: HeadResult = withBytes(Array(bytes[..<fed])) { input in
            do throws(HeadError) {
                switch try parser.parse(input, into: head) {
                case .needMore: return .incomplete
                case .complete(let consumed): return .head(ParsedHead(head, consumed: consumed))
                }
            } catch {
                return .failed(error)
            }
        }
        if outcome != .incomplete || fed == bytes.count { return (outcome, fed) }
    }
}

/// Parses whole and in parts of every size from one byte up; nil when the results differ.
func parseEveryWay(
    _ bytes: [UInt8], _ kind: HeadParser.Kind, limits: HeadLimits = .standard
) -> HeadResult? {
    let whole = parseHead(bytes, kind, step: max(bytes.count, 1), limits: limits).result
    for step in 1..<max(bytes.count, 2) where parseHead(bytes, kind, step: step, limits: limits).result != whole {
        return nil
    }
    return whole
}

func parseEveryWay(_ text: String, _ kind: HeadParser.Kind, limits: HeadLimits = .standard) -> HeadResult? {
    parseEveryWay(Array(text.utf8), kind, limits: limits)
}

/// Calls `body` with the head of `text`, which must be complete and legal.
func withHead<Result>(
    _ text: String, _ kind: HeadParser.Kind, _ body: (MessageHead) throws -> Result
) throws -> Result {
    try withBytes(text) { bytes in
        let head = MessageHead()
        var parser = HeadParser(kind: kind)
        guard case .complete = try parser.parse(bytes, into: head) else { throw IncompleteHead() }
        return try body(head)
    }
}

/// The test's own head lacks its end.
struct IncompleteHead: Error {}

/// SplitMix64: the same sequence on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
