import Engine

/// `host:port` taken apart, without a look at what the parts say.
struct HostPort {
    /// Without brackets; empty when the text begins with the colon.
    var host: String
    /// nil when there is no colon after the host.
    var port: String?
    var isBracketed = false

    /// nil when brackets do not match. Text with several colons and no brackets is an IPv6 address without a port.
    init?(_ text: String) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            isBracketed = true
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : String(rest.dropFirst())
            return
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons == 1, let colon = text.firstIndex(of: ":") else {
            host = text
            return
        }
        host = String(text[..<colon])
        port = String(text[text.index(after: colon)...])
    }
}

/// IP addresses as text, in the one form the kernel's library writes.
enum NumericHost {
    /// Canonical text of an address of either family, nil when `text` is none.
    static func any(_ text: String) -> String? { address(text)?.host }

    /// Four decimal numbers with dots: the short and octal forms `inet_aton` takes are refused.
    static func ipv4(_ text: String) -> String? {
        guard let address = address(text), case .ipv4 = address else { return nil }
        return address.host
    }

    /// RFC 4291 2.2 text without a zone.
    static func ipv6(_ text: String) -> String? {
        guard let address = address(text), case .ipv6 = address else { return nil }
        return address.host
    }

    private static func address(_ text: String) -> SocketAddress? {
        // For C the text would end at a NUL.
        text.utf8.contains(0) ? nil : SocketAddress(numeric: text, port: 0)
    }
}
