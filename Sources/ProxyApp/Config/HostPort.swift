import Glibc

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
    static func any(_ text: String) -> String? { ipv4(text) ?? ipv6(text) }

    /// Four decimal numbers with dots: the short and octal forms `inet_aton` takes are refused.
    static func ipv4(_ text: String) -> String? {
        var address = in_addr()
        guard !text.utf8.contains(0), inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return written(AF_INET, &address)
    }

    /// RFC 4291 2.2 text without a zone.
    static func ipv6(_ text: String) -> String? {
        var address = in6_addr()
        guard !text.utf8.contains(0), inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return written(AF_INET6, &address)
    }

    private static func written(_ family: CInt, _ address: UnsafeRawPointer) -> String? {
        // SAFETY: the buffer outlives the call, has the size it is said to have, and inet_ntop ends it with NUL.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return inet_ntop(family, address, start, socklen_t(buffer.count)).map { String(cString: $0) }
        }
    }
}
