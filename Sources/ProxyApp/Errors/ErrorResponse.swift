import HTTPStack
import HTTPWire

extension ProxyError {
    /// Writes this error as a whole response: one status line, plain text, one sentence.
    ///
    /// Nothing of the client's request is repeated but host and port, which were parsed; the body is text, never markup.
    func send(_ response: ServerResponse, closing: Bool) {
        guard !response.headersSent else { return response.destroy() }
        response.setOwnFields(["Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"])
        if closing { response.setOwnFields(["Connection": "close"]) }
        if status == 503 { response.setOwnFields(["Retry-After": "1"]) }
        response.statusCode = status
        response.end("\(text)\n")
    }
}
