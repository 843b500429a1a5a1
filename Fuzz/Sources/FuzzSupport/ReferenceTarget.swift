import Glibc

/// A request target as RFC 3986 and RFC 9112 3.2 have it, taken apart by splitting.
public struct ReferenceTarget: Equatable {
    public enum Form { case origin, absolute, authority, asterisk }

    public var form: Form
    public var scheme: [UInt8] = []
    public var host: [UInt8] = []
    public var isIPv6 = false
    public var port: Int?
    public var path: [UInt8] = []

    public init(form: Form) { self.form = form }

    /// The parts of a target, or nil when it is none.
    public static func read(_ target: [UInt8], method: [UInt8]) -> ReferenceTarget? {
        guard !target.isEmpty, target.count <= 61_440, target.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 })
        else { return nil }
        if method == Array("CONNECT".utf8) {
            var result = ReferenceTarget(form: .authority)
            return result.readAuthority(target[...]) && result.port != nil ? result : nil
        }
        if target[0] == 0x2f {
            var result = ReferenceTarget(form: .origin)
            result.path = target
            return result
        }
        if target == [0x2a] { return method == Array("OPTIONS".utf8) ? ReferenceTarget(form: .asterisk) : nil }
        guard let colon = target.firstIndex(of: 0x3a), target[colon...].starts(with: Array("://".utf8)),
            ByteSet.scheme.holds(target[..<colon]), ByteSet.letters.holds(target[..<1])
        else { return nil }
        var result = ReferenceTarget(form: .absolute)
        result.scheme = Array(target[..<colon])
        let behind = target[(colon + 3)...]
        let authority = behind.prefix { $0 != 0x2f && $0 != 0x3f }
        result.path = Array(behind[authority.endIndex...])
        return result.readAuthority(authority) ? result : nil
    }

    /// The parts of a Host value, or nil.
    public static func readAuthority(_ value: [UInt8]) -> ReferenceTarget? {
        guard !value.isEmpty, value.count <= 61_440, value.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 })
        else { return nil }
        var result = ReferenceTarget(form: .authority)
        return result.readAuthority(value[...]) ? result : nil
    }

    private mutating func readAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        guard !authority.contains(0x40) else { return false }
        let rest: ArraySlice<UInt8>
        if authority.first == 0x5b {
            guard let close = authority.firstIndex(of: 0x5d) else { return false }
            host = Array(authority[(authority.startIndex + 1)..<close])
            isIPv6 = true
            guard Self.isIPv6(host) else { return false }
            rest = authority[(close + 1)...]
        } else {
            let name = authority.prefix { $0 != 0x3a }
            host = Array(name)
            guard !host.isEmpty, host.count <= 255, Self.isName(host) else { return false }
            rest = authority[name.endIndex...]
        }
        if rest.isEmpty { return true }
        guard rest.first == 0x3a else { return false }
        let digits = rest.dropFirst()
        if digits.isEmpty { return true }
        guard ByteSet.digits.holds(digits), digits.count <= 5,
            let number = Int(String(decoding: digits, as: UTF8.self)),
            (1...65_535).contains(number)
        else { return false }
        port = number
        return true
    }

    private static func isName(_ host: [UInt8]) -> Bool {
        var rest = host[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let high = rest.popFirst(), let low = rest.popFirst(), ByteSet.hex.holds([high, low]) else {
                    return false
                }
            } else if !ByteSet.name.holds([byte]) {
                return false
            }
        }
        return true
    }

    /// The C library's opinion.
    private static func isIPv6(_ host: [UInt8]) -> Bool {
        guard ByteSet.hex.holds(host.filter { $0 != 0x3a && $0 != 0x2e } + [0x30]) else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(decoding: host, as: UTF8.self), &address) == 1
    }
}
