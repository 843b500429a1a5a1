import FuzzSupport
import HTTPWire

/// What the parser makes of some bytes that arrive in pieces.
final class HeadRun {
    enum Outcome: Equatable {
        case needMore
        case complete(Int)
        case failed(HeadError)
    }

    static let options: [(String, ConnectionTokens)] = [
        ("close", .close), ("keep-alive", .keepAlive), ("upgrade", .upgrade), ("te", .te),
    ]
    /// A response's framing depends on the request's method.
    static let methods: [(String, Method)] = [("GET", .get), ("HEAD", .head), ("CONNECT", .connect)]

    let head: MessageHead
    private(set) var outcome = Outcome.needMore
    private let kind: HeadCheck.Kind
    // SAFETY: the bytes that `head` borrows, owned by this object.
    private var memory: UnsafeMutableRawBufferPointer?

    /// Parses `bytes`, of which the parser first sees as many as each cut says, each time in other memory that ends exactly
    /// there. Cuts ascend.
    init(_ kind: HeadCheck.Kind, _ bytes: [UInt8], cuts: [Int], _ limits: HeadLimits) {
        self.kind = kind
        head = MessageHead(limits: limits)
        var parser = HeadParser(kind: kind == .request ? .request : .response)
        for end in cuts + [bytes.count] {
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: end, alignment: 1)
            piece.copyBytes(from: bytes[..<end])
            let old = memory
            memory = piece
            defer { old?.deallocate() }
            do throws(HeadError) {
                guard case .complete(let count) = try parser.parse(UnsafeRawBufferPointer(piece), into: head) else {
                    continue
                }
                outcome = .complete(count)
            } catch {
                outcome = .failed(error)
            }
            break
        }
    }

    deinit { memory?.deallocate() }

    var fields: [ReferenceHead.Field] {
        head.fields.map { ReferenceHead.Field(name: Array(head.bytes($0.name)), value: Array(head.bytes($0.value))) }
    }

    /// Everything else that was found out, as numbers.
    var facts: [Int] {
        var facts = [
            head.byteCount, Int(head.versionMinor), Int(head.method.rawValue), head.status, head.hostCount,
            Int(head.connection.rawValue), head.expectsContinue ? 1 : 0, head.hasUnknownExpectation ? 1 : 0,
            head.repeatsContentLength ? 1 : 0, Int(head.methodRange.length), Int(head.targetRange.start),
            Int(head.targetRange.length), Int(head.reasonRange.start), Int(head.reasonRange.length),
        ]
        for (index, line) in head.fields.enumerated() {
            facts += [Int(line.id.rawValue), Int(line.line.end), head.isNominated(index) ? 1 : 0]
        }
        for framing in framing { facts.append(framing.map { $0.number } ?? -1) }
        return facts
    }

    /// The framing, or nil where it is refused: one for a request, one per method in `methods` for a response.
    var framing: [ReferenceFraming?] {
        if kind == .request { return [(try? Framing.ofRequest(head)).map(ReferenceFraming.init)] }
        return Self.methods.map { (try? Framing.ofResponse(head, to: $0.1)).map(ReferenceFraming.init) }
    }
}

extension ReferenceFraming {
    init(_ framing: BodyFraming) {
        switch framing {
        case .none: self = .none
        case .length(let count): self = .length(count)
        case .chunked: self = .chunked
        case .untilClose: self = .untilClose
        }
    }

    fileprivate var number: Int {
        switch self {
        case .none: -2
        case .length(let count): Int(count)
        case .chunked: -3
        case .untilClose: -4
        }
    }
}
