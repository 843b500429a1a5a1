/// What all `Content-Length` fields of a head say together. RFC 9110 8.6, RFC 9112 6.3.
public enum ContentLengthFact: Equatable, Sendable {
    /// No such field.
    case absent
    /// One length in bytes, never negative; equal repetitions count as one.
    case value(Int64)
    /// Some member is not `1*DIGIT` or does not fit in 63 bits.
    case invalid
    /// Two members differ: a request smuggling attempt or a broken sender.
    case conflicting
}
