extension ListenAddress {
    /// Forms named in messages.
    static let forms = "127.0.0.1:3128, \"[::1]:3128\", \":3128\" (all addresses), unix:/path"

    /// The address `text` names; the forms are those of the cases' documentation.
    static func parse(_ text: String) throws(TextProblem) -> ListenAddress {
        if text.hasPrefix("unix:") { return try parseUnix(text) }
        if Digits.parse(text) != nil {
            throw TextProblem(
                what: "`\(text)` is no listen address",
                fix: "write \"127.0.0.1:\(text)\", or \":\(text)\" for all addresses")
        }
        if text.hasPrefix("/") {
            throw TextProblem(what: "`\(text)` is no listen address", fix: "write unix:\(text) for a unix socket")
        }
        if text.hasPrefix("mode=") {
            // What is left of a unix socket's address when YAML has split it at its comma.
            throw TextProblem(
                what: "`\(text)` stands alone", fix: "inside brackets quote it all: \"unix:/path,\(text)\"")
        }
        guard !text.isEmpty, let parts = HostPort(text) else {
            throw TextProblem(what: "`\(text)` is no listen address", fix: "write \(forms)")
        }
        guard let portText = parts.port else {
            let host = parts.host.utf8.contains(UInt8(ascii: ":")) ? "[\(parts.host)]" : parts.host
            throw TextProblem(what: "`\(text)` has no port", fix: "write \"\(host):3128\"")
        }
        guard let number = Digits.parse(portText), let port = UInt16(exactly: number) else {
            throw TextProblem(what: "`\(portText)` is no port", fix: "write 0 to 65535, 0 takes any free one")
        }
        if parts.host.isEmpty { return .everywhere(port: port) }
        if parts.isBracketed {
            if let host = NumericHost.ipv6(parts.host) { return .ipv6(host: host, port: port) }
            throw TextProblem(what: "`\(parts.host)` is no IPv6 address", fix: "write \(forms)")
        }
        if let host = NumericHost.ipv4(parts.host) { return .ipv4(host: host, port: port) }
        if parts.host == "*" {
            throw TextProblem(what: "`*` is no address", fix: "write \":\(port)\" for all addresses")
        }
        throw TextProblem(what: "`\(parts.host)` is no IP address", fix: "listen on numbers, not names: \(forms)")
    }

    private static func parseUnix(_ text: String) throws(TextProblem) -> ListenAddress {
        var path = String(text.dropFirst("unix:".count))
        var mode: UInt16?
        if let option = path.range(ofLast: ",mode=") {
            let digits = path[option.upperBound...]
            guard let bits = UInt16(digits, radix: 8), bits <= 0o777, digits.utf8.first != UInt8(ascii: "+") else {
                throw TextProblem(what: "`\(digits)` is no mode", fix: "write octal permission bits, as in mode=660")
            }
            mode = bits
            path = String(path[..<option.lowerBound])
        }
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw TextProblem(what: "`\(path)` is no absolute path", fix: "write unix:/path")
        }
        guard path.utf8.count <= unixPathLimitBytes else {
            throw TextProblem(
                what: "the path of \(path.utf8.count) bytes is too long",
                fix: "a unix socket's path has at most \(unixPathLimitBytes) bytes")
        }
        return .unix(path: path, mode: mode)
    }
}

extension DNSServer {
    /// The server `text` names: an IP address, with a port where it is not 53.
    static func parse(_ text: String) throws(TextProblem) -> DNSServer {
        let forms = "1.1.1.1, 1.1.1.1:5353, \"2606:4700::1111\" or \"[2606:4700::1111]:5353\""
        guard let parts = HostPort(text), let address = NumericHost.any(parts.host) else {
            throw TextProblem(what: "`\(text)` is no server address", fix: "write \(forms)")
        }
        guard let portText = parts.port else { return DNSServer(address: address) }
        guard let number = Digits.parse(portText), let port = UInt16(exactly: number), port != 0 else {
            throw TextProblem(what: "`\(portText)` is no port", fix: "write 1 to 65535")
        }
        return DNSServer(address: address, port: port)
    }
}

extension String {
    /// Where `needle` stands for the last time.
    fileprivate func range(ofLast needle: String) -> Range<String.Index>? {
        var start = endIndex
        while true {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            if start == startIndex { return nil }
            start = index(before: start)
        }
    }
}
