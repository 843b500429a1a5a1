/// How a body is delimited. RFC 9112 6.3.
public enum ReferenceFraming: Equatable {
    case none
    case length(Int64)
    case chunked
    case untilClose
}

extension ReferenceHead {
    /// All values of the fields with this lower-case name, in order.
    public func values(_ name: String) -> [[UInt8]] {
        var values: [[UInt8]] = []
        for field in fields where field.isNamed(name) { values.append(field.value) }
        return values
    }

    /// The members of a comma-separated list over all fields with this name, trimmed, empty ones too.
    public func members(_ name: String) -> [[UInt8]] {
        values(name).flatMap { value in
            value[...].split(separator: 0x2c, omittingEmptySubsequences: false).map { Array(ByteSet.trimmed($0)) }
        }
    }

    /// What Connection names besides the options that are no field of their own, in lower case.
    public var nominations: [[UInt8]] {
        let members = members("connection")
        guard !members.isEmpty else { return [] }
        let known = ["close", "keep-alive", "upgrade", "te"].map { Array($0.utf8) }
        return members.map { ByteSet.lowercased($0) }.filter { !$0.isEmpty && !known.contains($0) }
    }

    /// Does Connection name this option?
    public func connectionHas(_ option: String) -> Bool {
        members("connection").contains { ByteSet.lowercased($0) == Array(option.utf8) }
    }

    /// The one content length, nil when there is none; `isLegal` turns false when it is not one number.
    func contentLength(_ isLegal: inout Bool) -> Int64? {
        var length: Int64?
        for member in members("content-length") {
            guard ByteSet.digits.holds(member), let value = Int64(String(decoding: member, as: UTF8.self)),
                length == nil || length == value
            else {
                isLegal = false
                return nil
            }
            length = value
        }
        return length
    }

    /// True for exactly one coding, `chunked`.
    private var isChunkedAlone: Bool {
        let codings = members("transfer-encoding")
        return codings.count == 1 && ByteSet.lowercased(codings[0]) == Array("chunked".utf8)
    }

    private var hasCoding: Bool { !values("transfer-encoding").isEmpty }

    /// The framing of this request's body, nil when it must be refused.
    public var requestFraming: ReferenceFraming? {
        if method == Array("CONNECT".utf8) { return ReferenceFraming.none }
        if hasCoding {
            return isChunkedAlone && minor >= 1 && values("content-length").isEmpty ? .chunked : nil
        }
        var isLegal = true
        let length = contentLength(&isLegal)
        guard isLegal else { return nil }
        return length.map { .length($0) } ?? ReferenceFraming.none
    }

    /// The framing of this response's body, nil when it must be refused.
    public func responseFraming(to method: [UInt8]) -> ReferenceFraming? {
        if method == Array("HEAD".utf8) || status < 200 || status == 204 || status == 304 {
            return ReferenceFraming.none
        }
        if method == Array("CONNECT".utf8), status < 300 { return ReferenceFraming.none }
        if hasCoding { return isChunkedAlone && minor >= 1 ? .chunked : nil }
        var isLegal = true
        let length = contentLength(&isLegal)
        guard isLegal else { return nil }
        return length.map { .length($0) } ?? .untilClose
    }
}
