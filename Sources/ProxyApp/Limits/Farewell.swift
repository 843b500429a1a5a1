/// An error as bytes, for a connection that is closed without a look at what it asks.
enum Farewell {
    /// A whole response.
    static func bytes(of error: ProxyError) -> [UInt8] {
        let body = "\(error.text)\n"
        let reason = error.status == 429 ? "Too Many Requests" : "Service Unavailable"
        let head = [
            "HTTP/1.1 \(error.status) \(reason)", "Content-Type: text/plain; charset=utf-8",
            "X-Content-Type-Options: nosniff", "Retry-After: \(error.retryAfterS ?? 1)",
            "Content-Length: \(body.utf8.count)", "Connection: close",
        ]
        return Array("\(head.joined(separator: "\r\n"))\r\n\r\n\(body)".utf8)
    }
}
