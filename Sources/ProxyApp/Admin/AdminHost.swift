import Engine

/// Whether a `Host` field can only have come from someone who meant this address.
enum AdminHost {
    /// True for an IP literal or `localhost`, each with or without a port, and for an empty value (a unix socket's client).
    ///
    /// No DNS answer can make a browser send one of these for a page of a stranger's.
    static func isOurs(_ value: String) -> Bool {
        if value.isEmpty { return true }
        guard let host = hostPart(of: value[...]) else { return false }
        if value.hasPrefix("[") {
            return host.contains(":") && SocketAddress(numeric: String(host), port: 0) != nil
        }
        return host.lowercased() == "localhost" || SocketAddress(numeric: String(host), port: 0) != nil
    }

    /// The host without port and brackets; nil when the value is not `host [":" port]`. RFC 9110 7.2.
    private static func hostPart(of value: Substring) -> Substring? {
        if value.hasPrefix("[") {
            guard let close = value.firstIndex(of: "]") else { return nil }
            guard isPort(value[value.index(after: close)...]) else { return nil }
            return value[value.index(after: value.startIndex)..<close]
        }
        guard let colon = value.firstIndex(of: ":") else { return value }
        return isPort(value[colon...]) ? value[..<colon] : nil
    }

    /// Nothing, or a colon and up to five digits.
    private static func isPort(_ text: Substring) -> Bool {
        guard let first = text.first else { return true }
        return first == ":" && text.utf8.count <= 6 && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }
}
