/// The host of a request in the one spelling that rules are asked about and names are looked up by.
///
/// Lower case, ASCII, without root dot. What may mean one thing to this proxy and another to a resolver, an origin or a
/// person is refused instead of guessed: percent-encoding, U-labels, zone ids, and numbers that are addresses to some
/// programs only (`127.1`, `0x7f.1`, `2130706433`). A name whose last label is a number must be an IPv4 address in the
/// ordinary spelling (the WHATWG URL standard's "ends in a number"). The resolver's own check of names refuses the same
/// numbers, so nothing that is refused here could be looked up by another path.
public struct CanonicalHost: Hashable, Sendable, CustomStringConvertible {
    /// The name, or the address without brackets in its usual spelling.
    public let text: String
    /// The address, when the host is one: then nothing is looked up.
    public let address: IPAddress?
    /// Did it come with a root dot? Then search domains must not be appended to it.
    public let isAbsolute: Bool

    /// Checks `bytes`, which are borrowed for the call.
    ///
    /// `isIPv6Literal` says that the brackets around them were taken off, as in a parsed request target.
    public init(_ bytes: UnsafeRawBufferPointer, isIPv6Literal: Bool) throws(HostError) {
        if isIPv6Literal {
            guard !bytes.contains(0x25) else { throw .zoneID }
            guard let address = IPAddress(parsing: bytes), bytes.contains(0x3a) else { throw .badIPv6 }
            self.init(address)
            return
        }
        guard bytes.count > 0 else { throw .empty }
        if let address = IPAddress(parsing: bytes) {
            guard !bytes.contains(0x3a) else { throw .badIPv6 }
            self.init(address)
            return
        }
        try self.init(name: bytes)
    }

    /// The host that is this address.
    public init(_ address: IPAddress) {
        text = address.description
        self.address = address
        isAbsolute = false
    }

    /// Reads what a person wrote: a name, an address, an IPv6 address with or without brackets.
    public init(parsing text: some StringProtocol) throws(HostError) {
        if text.contains("%"), text.contains(":") { throw .zoneID }
        if text.first == "[" {
            guard text.last == "]" else { throw .badIPv6 }
            try self.init(text.dropFirst().dropLast(), isIPv6Literal: true)
        } else {
            try self.init(text, isIPv6Literal: IPAddress(parsing: text) != nil && text.contains(":"))
        }
    }

    private init(_ text: some StringProtocol, isIPv6Literal: Bool) throws(HostError) {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(HostError) in try CanonicalHost(buffer, isIPv6Literal: isIPv6Literal) }
        }
        self = try result.get()
    }

    /// The host as it stands in a URL: IPv6 in brackets.
    public var description: String { address != nil && text.utf8.contains(0x3a) ? "[\(text)]" : text }

    /// The labels of a name from 1 to 63 bytes of letters, digits, hyphens and underscores.
    ///
    /// Underscores and hyphens in any place are taken: names with them exist (`_dmarc`, `r3---sn-x`).
    private init(name bytes: UnsafeRawBufferPointer) throws(HostError) {
        var end = bytes.count
        isAbsolute = bytes[end - 1] == 0x2e
        if isAbsolute { end -= 1 }
        guard end > 0 else { throw .empty }
        var labelStart = 0
        var isLowerCase = true
        for i in 0..<end {
            switch bytes[i] {
            case 0x61...0x7a, 0x30...0x39, 0x2d, 0x5f: break
            case 0x41...0x5a: isLowerCase = false
            case 0x2e:
                try Self.check(label: labelStart..<i, of: bytes)
                labelStart = i + 1
            case 0x25: throw .percentEncoded
            case 0x80...: throw .notASCII
            case 0x3a, 0x5b, 0x5d: throw .badIPv6
            default: throw .badByte
            }
        }
        try Self.check(label: labelStart..<end, of: bytes)
        guard end <= 253 else { throw .tooLong }
        if NumericHost.isNumber(bytes, labelStart..<end) {
            guard let meant = NumericHost.address(bytes, 0..<end) else { throw .badIPv4 }
            throw .addressInDisguise(meant)
        }
        address = nil
        if isLowerCase {
            text = String(decoding: bytes[..<end], as: UTF8.self)
        } else {
            text = String(
                decoding: bytes[..<end].map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
    }

    private static func check(label: Range<Int>, of bytes: UnsafeRawBufferPointer) throws(HostError) {
        guard !label.isEmpty else { throw .emptyLabel }
        guard label.count <= 63 else { throw .tooLong }
        guard ALabel.hasPrefix(bytes, label) else { return }
        guard ALabel.isValid(bytes, label) else { throw .badALabel }
    }
}
