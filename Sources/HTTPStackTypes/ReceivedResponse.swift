import HTTPStack
import HTTPTypes
import HTTPWire

extension HTTPResponse {
    /// A response that a client received: its status with the reason phrase as it came, and its fields as in
    /// `HTTPFields.init(headersOf:)`.
    ///
    /// Bytes of the reason phrase that are not UTF-8 become U+FFFD: it carries no meaning (RFC 9112 4).
    public init(_ message: IncomingMessage) throws(ReceivedMessageError) {
        let head = message.head
        guard head.status != 0 else { throw .notAResponse }
        let reason = String(decoding: head.bytes(head.reasonRange), as: UTF8.self)
        self.init(
            status: Status(code: head.status, reasonPhrase: reason),
            headerFields: try HTTPFields(headersOf: message))
    }
}
