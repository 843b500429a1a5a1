import HTTPWire

/// An absolute `http:` URL taken apart for a request. RFC 3986 3.
struct URLParts {
    /// Without brackets.
    let host: String
    let port: UInt16?
    /// Path and query: begins with `/`, holds visible ASCII only.
    let path: String
    /// `user:password`, percent-decoded; nil when the URL has none.
    let credentials: String?

    init(_ url: String) throws(OutgoingError) {
        var bytes = Array(url.utf8)
        if let fragment = bytes.firstIndex(of: 0x23) { bytes.removeSubrange(fragment...) }
        let scheme = bytes.prefix { $0 != 0x3a && $0 != 0x2f && $0 != 0x3f }
        guard scheme.count < bytes.count, bytes[scheme.count] == 0x3a else { throw .illegalURL(url) }
        let name = String(decoding: scheme, as: UTF8.self).lowercased()
        guard name == "http" else { throw .unsupportedProtocol("\(name):") }
        guard bytes.dropFirst(scheme.count + 1).starts(with: "//".utf8) else { throw .illegalURL(url) }

        let rest = bytes.dropFirst(scheme.count + 3)
        let authorityEnd = rest.firstIndex { $0 == 0x2f || $0 == 0x3f } ?? rest.endIndex
        var authority = rest[..<authorityEnd]
        // The last one: a password may hold others, and a host none.
        if let at = authority.lastIndex(of: 0x40) {
            credentials = Self.decoded(authority[..<at])
            authority = authority[(at + 1)...]
        } else {
            credentials = nil
        }
        let target = Array(authority)
        guard let parsed = Self.parsed(target) else { throw .illegalURL(url) }
        host = String(decoding: target[Int(parsed.host.start)..<parsed.host.end], as: UTF8.self)
        port = parsed.port
        path = try Self.escaped(rest[authorityEnd...])
    }

    private static func parsed(_ authority: [UInt8]) -> RequestTarget? {
        authority.withUnsafeBytes { try? RequestTarget.parseAuthority($0) }
    }

    /// With `/` in front, and with what is not visible ASCII percent-encoded. Control characters are refused: they are
    /// mistakes or attacks.
    private static func escaped(_ bytes: ArraySlice<UInt8>) throws(OutgoingError) -> String {
        var text: [UInt8] = bytes.first == 0x2f ? [] : [0x2f]
        for byte in bytes {
            guard byte >= 0x20, byte != 0x7f else { throw .illegalPath(String(decoding: bytes, as: UTF8.self)) }
            if byte > 0x20, byte < 0x7f {
                text.append(byte)
            } else {
                text += [0x25, hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Percent-encoded bytes as themselves; a `%` that encodes nothing stays.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == 0x25, index + 2 < bytes.endIndex, let high = hexValue(bytes[index + 1]),
                let low = hexValue(bytes[index + 2])
            {
                text.append(high << 4 | low)
                index += 3
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
