/// What all `Transfer-Encoding` fields of a head say together. RFC 9112 6.1.
public enum TransferEncodingFact: Equatable, Sendable {
    /// No such field.
    case absent
    /// Exactly one coding, and it is `chunked`.
    case chunked
    /// Well formed, but with a coding this library does not apply; `chunked`, if there, is last.
    case other
    /// Empty member, bad syntax, `chunked` twice, with parameters, or followed by a coding.
    case invalid
}
