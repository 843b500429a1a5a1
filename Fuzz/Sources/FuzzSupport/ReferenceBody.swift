/// A body as a slow and obvious reading of RFC 9112 7.1 has it.
public struct ReferenceBody: Equatable {
    public enum State: Equatable {
        /// EOI at index `end`.
        case complete(end: Int)
        /// More is to come.
        case incomplete
        case illegal
    }

    public var payload: [UInt8] = []
    public var trailers: [ReferenceHead.Field] = []
    public var state = State.incomplete

    /// Reads a chunked body from the front of `bytes`; with `trailers` up to its very end, else up to the last chunk's line.
    public static func chunked(_ bytes: ArraySlice<UInt8>, withTrailers: Bool = true) -> ReferenceBody {
        var body = ReferenceBody()
        var at = bytes.startIndex
        var extensionTotal = 0
        while true {
            guard let lineEnd = bytes[at...].firstIndex(where: { $0 == 0x0d || $0 == 0x0a }) else { return body }
            guard bytes[lineEnd] == 0x0d else { return body.ending(.illegal) }
            let line = bytes[at..<lineEnd]
            let digits = line.prefix { ByteSet.hex.holds([$0]) }
            let rest = line[digits.endIndex...]
            extensionTotal += rest.count
            guard !digits.isEmpty, digits.count <= 16,
                let size = Int64(String(decoding: digits, as: UTF8.self), radix: 16),
                areExtensions(rest), rest.count <= 1024,
                rest.isEmpty || extensionTotal - 16_384 <= body.payload.count
            else { return body.ending(.illegal) }
            guard lineEnd + 1 < bytes.endIndex else { return body }
            guard bytes[lineEnd + 1] == 0x0a else { return body.ending(.illegal) }
            at = lineEnd + 2
            if size == 0 { return withTrailers ? body.readTrailers(bytes[at...]) : body.ending(.complete(end: at)) }
            let part = bytes[at...].prefix(Int(min(size, Int64(bytes.count))))
            body.payload += part
            at = part.endIndex
            guard Int64(part.count) == size else { return body }
            let end = bytes[at...].prefix(2)
            guard [UInt8]([0x0d, 0x0a]).starts(with: end) else { return body.ending(.illegal) }
            guard end.count == 2 else { return body }
            at += 2
        }
    }

    /// Reads a body of this framing from the front of `bytes`. `ended`: nothing will follow them.
    public static func read(_ framing: ReferenceFraming, _ bytes: ArraySlice<UInt8>, ended: Bool) -> ReferenceBody {
        var body = ReferenceBody()
        switch framing {
        case .none: body.state = .complete(end: bytes.startIndex)
        case .chunked: return chunked(bytes)
        case .untilClose:
            body.payload = Array(bytes)
            if ended { body.state = .complete(end: bytes.endIndex) }
        case .length(let length):
            let part = bytes.prefix(Int(min(length, Int64(bytes.count))))
            body.payload = Array(part)
            if Int64(part.count) == length { body.state = .complete(end: part.endIndex) }
        }
        return body
    }

    private func ending(_ state: State) -> ReferenceBody {
        var body = self
        body.state = state
        return body
    }

    private func readTrailers(_ bytes: ArraySlice<UInt8>) -> ReferenceBody {
        var body = self
        switch ReferenceHead.read(bytes, .trailers) {
        case .head(let head, let end):
            body.trailers = head.fields
            body.state = .complete(end: end)
        case .incomplete: break
        case .illegal: body.state = .illegal
        }
        return body
    }

    /// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`, taken from the front until nothing is left.
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        func takeToken() -> Bool {
            let token = rest.prefix { ByteSet.token.holds([$0]) }
            rest = rest[token.endIndex...]
            return !token.isEmpty
        }
        while !rest.isEmpty {
            skipSpace()
            guard rest.popFirst() == 0x3b else { return false }
            skipSpace()
            guard takeToken() else { return false }
            let behindName = rest
            skipSpace()
            guard rest.first == 0x3d else {
                rest = behindName
                continue
            }
            rest.removeFirst()
            skipSpace()
            guard rest.first == 0x22 ? takeQuoted(&rest) : takeToken() else { return false }
        }
        return true
    }

    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == 0x22 { return true }
            if byte == 0x5c, rest.popFirst().map({ !ByteSet.isText([$0]) }) ?? true { return false }
            if !ByteSet.isText([byte]) { return false }
        }
        return false
    }
}
