/// Why a body cannot be delimited. The connection must be closed after the answer: where the next
/// message begins is unknown. RFC 9112 6.3.
public enum FramingError: Error, Equatable, CaseIterable {
    /// Two `Content-Length` values differ.
    case conflictingLengths
    /// `Content-Length` is not a decimal number that fits in 63 bits.
    case invalidLength
    /// A request has both `Content-Length` and `Transfer-Encoding`.
    case lengthAndTransferEncoding
    /// A transfer coding other than `chunked`.
    case unsupportedTransferEncoding
    /// `Transfer-Encoding` is malformed or does not end in one `chunked`.
    case invalidTransferEncoding
    /// `Transfer-Encoding` in an HTTP/1.0 message.
    case transferEncodingInHTTP10

    /// The status to answer a refused request with. A refused response is a 502 instead.
    public var status: Int { self == .unsupportedTransferEncoding ? 501 : 400 }

    /// One sentence a client's user can act on; constant.
    public var reason: StaticString {
        switch self {
        case .conflictingLengths: "The Content-Length fields disagree."
        case .invalidLength: "The Content-Length is not a valid number."
        case .lengthAndTransferEncoding: "Content-Length and Transfer-Encoding must not be used together."
        case .unsupportedTransferEncoding: "The only transfer coding supported is chunked."
        case .invalidTransferEncoding: "The Transfer-Encoding is malformed."
        case .transferEncodingInHTTP10: "Transfer-Encoding must not be used in HTTP/1.0."
        }
    }
}
