/// How the end of a message body is found. RFC 9112 6.3.
public enum BodyFraming: Equatable, Sendable {
    /// The message ends with its head.
    case none
    /// Exactly this many bytes follow; never negative.
    case length(Int64)
    /// Chunks follow, read with ``ChunkedDecoder``.
    case chunked
    /// The body ends when the sender closes; responses only.
    case untilClose
}
