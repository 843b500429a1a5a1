/// An error as bytes, for a connection that is closed without a look at what it asks.
///
/// What ``ErrorResponder`` writes, as text for everybody: without a number, as nothing is kept of it but a count.
enum Farewell {
    /// A whole response of the proxy that calls itself `name` in Via, or has no name there.
    static func bytes(of error: ProxyError, name: String?) -> [UInt8] {
        let name = name ?? "proxyd"
        let item = StructuredField.isToken(name) ? name : "\"\(name)\""
        let body = "\(error.text)\n"
        let facts = error.kind.facts
        let reason = error.status == 429 ? "Too Many Requests" : "Service Unavailable"
        let head = [
            "HTTP/1.1 \(error.status) \(reason)", "Content-Type: text/plain; charset=utf-8",
            "Content-Length: \(body.utf8.count)", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
            "Proxy-Status: \(item); error=\(facts.type.rawValue); details=\"\(facts.token): \(error.kind.meaning)\"",
            "Retry-After: \(error.retryAfterS ?? 1)", "Connection: close",
        ]
        return Array("\(head.joined(separator: "\r\n"))\r\n\r\n\(body)".utf8)
    }
}
