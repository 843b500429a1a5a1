import HTTPStack
import HTTPWire

extension ProxyError {
    /// Writes this error as a whole response: one status line, plain text, one sentence.
    ///
    /// Nothing of the client's request is repeated but host and port, which were parsed; the body is text, never markup.
    func send(_ response: ServerResponse, closing: Bool) {
        guard !response.headersSent else { return response.destroy() }
        let body = "\(text)\n"
        var fields: HeaderFields = ["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"]
        if let retryAfterS { fields.append("Retry-After", String(retryAfterS)) }
        if let challenge { fields.append("Proxy-Authenticate", challenge) }
        fields.append("Content-Length", String(body.utf8.count))
        if closing { fields.append("Connection", "close") }
        response.setOwnFields(fields)
        response.statusCode = status
        response.end(body)
    }
}
