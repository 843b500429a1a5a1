/// A message head as a slow and obvious reading of RFC 9112 has it: split into lines, then lines into parts.
///
/// Shares no code and no idea with the parser under test. Strict: what the RFC lets a recipient repair is illegal here.
public struct ReferenceHead: Equatable {
    /// What a head begins with.
    public enum Kind {
        case request
        case response
        case trailers
    }

    /// What the bytes given are.
    public enum Reading {
        /// A legal head that ends before index `end`.
        case head(ReferenceHead, end: Int)
        /// No empty line yet, and every line that is there is legal.
        case incomplete
        case illegal
    }

    /// A field line: the name as sent, the value without whitespace around it.
    public struct Field: Equatable {
        public var name: [UInt8]
        public var value: [UInt8]

        public init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }

        /// Is this the field with that lower-case name?
        func isNamed(_ wanted: String) -> Bool {
            name.count == wanted.utf8.count && ByteSet.lowercased(name).elementsEqual(wanted.utf8)
        }
    }

    /// How long a head may be.
    public struct Limits {
        /// With its CRLF. Requests only.
        public var startLineBytes = 8192
        public var headBytes = 32_768
        public var fields = 128
        public var nominations = 32

        public init() {}

        /// For what a proxy made of a head within the limits: with fields of its own.
        public static var forwarded: Limits {
            var limits = Limits()
            limits.headBytes += 1024
            limits.fields += 8
            return limits
        }
    }

    public var method: [UInt8] = []
    public var target: [UInt8] = []
    public var status = 0
    public var reason: [UInt8] = []
    public var minor = 0
    public var fields: [Field] = []

    public init() {}

    /// Reads a head from the front of `bytes`.
    public static func read(_ bytes: ArraySlice<UInt8>, _ kind: Kind, _ limits: Limits = Limits()) -> Reading {
        var at = bytes.startIndex
        if kind == .request {
            for _ in 0..<2 where bytes[at...].starts(with: [0x0d, 0x0a]) { at += 2 }
        }
        let start = at
        var head = ReferenceHead()
        var needsStartLine = kind != .trailers
        while true {
            let line: ArraySlice<UInt8>
            switch takeLine(bytes, &at) {
            case .none: return .incomplete
            case .illegal: return .illegal
            case .line(let taken): line = taken
            }
            if at - start > limits.headBytes { return .illegal }
            if needsStartLine {
                if kind == .request, at - start > limits.startLineBytes { return .illegal }
                guard kind == .request ? head.readRequestLine(line) : head.readStatusLine(line) else { return .illegal }
                needsStartLine = false
            } else if line.isEmpty {
                return .head(head, end: at)
            } else {
                guard head.fields.count < limits.fields, head.readField(line) else { return .illegal }
                if head.fields[head.fields.count - 1].isNamed("connection"), head.nominations.count > limits.nominations
                {
                    return .illegal
                }
            }
        }
    }

    private enum Line {
        case line(ArraySlice<UInt8>)
        case none
        case illegal
    }

    /// The bytes up to the next CRLF. CR or LF alone are illegal wherever they are.
    private static func takeLine(_ bytes: ArraySlice<UInt8>, _ at: inout Int) -> Line {
        guard let end = bytes[at...].firstIndex(where: { $0 == 0x0d || $0 == 0x0a }) else { return .none }
        if bytes[end] == 0x0a { return .illegal }
        guard end + 1 < bytes.endIndex else { return .none }
        guard bytes[end + 1] == 0x0a else { return .illegal }
        defer { at = end + 2 }
        return .line(bytes[at..<end])
    }

    // MARK: Lines

    private mutating func readRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, ByteSet.token.holds(parts[0]), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return false }
        method = Array(parts[0])
        target = Array(parts[1])
        return readVersion(parts[2])
    }

    private mutating func readStatusLine(_ line: ArraySlice<UInt8>) -> Bool {
        let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, readVersion(parts[0]), parts[1].count == 3, parts[1].first != 0x30,
            let code = Int(String(decoding: parts[1], as: UTF8.self)), ByteSet.digits.holds(parts[1])
        else { return false }
        status = code
        if parts.count == 3 { reason = Array(parts[2]) }
        return ByteSet.isText(reason)
    }

    private mutating func readVersion(_ part: ArraySlice<UInt8>) -> Bool {
        guard part.count == 8, part.starts(with: Array("HTTP/1.".utf8)), let last = part.last,
            ByteSet.digits.holds([last])
        else { return false }
        minor = Int(last) - 0x30
        return true
    }

    private mutating func readField(_ line: ArraySlice<UInt8>) -> Bool {
        guard let colon = line.firstIndex(of: 0x3a), ByteSet.token.holds(line[..<colon]) else { return false }
        let value = line[(colon + 1)...]
        guard ByteSet.isText(value) else { return false }
        fields.append(Field(name: Array(line[..<colon]), value: Array(ByteSet.trimmed(value))))
        return true
    }
}
