import HTTPWire

/// An interim response (1xx other than 101) to a request. Node `'information'`, RFC 9110 15.2.
public struct Information: Sendable, Equatable {
    /// 100, or 102...199.
    public let statusCode: Int
    /// The reason phrase, as received.
    public let statusMessage: String
    /// The fields, as received: `Link` of 103, say.
    public let headers: HeaderFields

    init(_ head: MessageHead) {
        func text(_ range: ByteRange) -> String { String(decoding: head.bytes(range), as: UTF8.self) }
        statusCode = head.status
        statusMessage = text(head.reasonRange)
        headers = HeaderFields(head.fields.map { (text($0.name), text($0.value)) })
    }
}
