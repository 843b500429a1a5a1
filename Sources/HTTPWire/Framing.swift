/// Decides how a body is delimited. Pure functions of the facts in a head. RFC 9112 6.3.
public enum Framing {
    /// The framing of a request's body; ``BodyFraming/none`` when nothing announces one.
    ///
    /// Stricter than the RFC where it allows a choice: both framings together are refused, as is
    /// a `Transfer-Encoding` in HTTP/1.0, so that no hop after this one can read the message
    /// differently. A CONNECT has no content, whatever its fields say (RFC 9110 9.3.6): what
    /// follows its head is the tunnel's, or is never read as a request.
    public static func ofRequest(_ head: MessageHead) throws(FramingError) -> BodyFraming {
        if head.method == .connect { return .none }
        if head.transferEncoding == .absent { return try length(of: head) ?? .none }
        try check(head)
        if head.contentLength != .absent { throw .lengthAndTransferEncoding }
        return try coding(of: head)
    }

    /// The framing of the body of a response to a request with `method`.
    ///
    /// `Transfer-Encoding` wins over `Content-Length`; the caller must then drop the latter and
    /// close the origin's connection after the message, see
    /// ``MessageHead/hasLengthAndTransferEncoding``. Fields are not looked at when the status or
    /// the method rules a body out: they describe what a GET would have sent.
    public static func ofResponse(_ head: MessageHead, to method: Method) throws(FramingError) -> BodyFraming {
        let status = head.status
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        if method == .connect && status < 300 { return .none }
        if head.transferEncoding == .absent { return try length(of: head) ?? .untilClose }
        try check(head)
        return try coding(of: head)
    }

    private static func check(_ head: MessageHead) throws(FramingError) {
        if head.transferEncoding == .invalid { throw .invalidTransferEncoding }
        if head.versionMinor == 0 { throw .transferEncodingInHTTP10 }
    }

    private static func coding(of head: MessageHead) throws(FramingError) -> BodyFraming {
        guard head.transferEncoding == .chunked else { throw .unsupportedTransferEncoding }
        return .chunked
    }

    private static func length(of head: MessageHead) throws(FramingError) -> BodyFraming? {
        switch head.contentLength {
        case .absent: nil
        case .value(let bytes): .length(bytes)
        case .invalid: throw .invalidLength
        case .conflicting: throw .conflictingLengths
        }
    }
}
