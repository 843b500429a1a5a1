import HTTPStack
import HTTPWire

/// The answer to a TRACE that ends here because its Max-Forwards is used up: the request as it arrived. RFC 9110 9.3.8.
enum TraceAnswer {
    /// Writes the request back as `message/http`, without the fields that hold secrets.
    static func send(_ head: MessageHead, to response: ServerResponse) {
        var body: [UInt8] = []
        body += head.bytes(head.methodRange)
        body.append(0x20)
        body += head.bytes(head.targetRange)
        body += Array(" HTTP/1.\(head.versionMinor)\r\n".utf8)
        for line in head.fields where !isSecret(line.id) { body += head.bytes(line.line) }
        body += [0x0d, 0x0a]
        response.setOwnFields(["Content-Type": "message/http"])
        response.end(body)
    }

    private static func isSecret(_ id: FieldID) -> Bool {
        switch id {
        case .authorization, .proxyAuthorization, .cookie: true
        default: false
        }
    }
}
