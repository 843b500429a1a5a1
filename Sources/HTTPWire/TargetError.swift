/// Why a request target was refused. All are answered with 400.
public enum TargetError: Error, Equatable, CaseIterable {
    /// No bytes.
    case empty
    /// A byte that is not visible ASCII.
    case badByte
    /// Longer than a head can be.
    case tooLong
    /// None of the four forms of RFC 9112 3.2.
    case badForm
    /// `*` with a method other than OPTIONS.
    case asteriskNotAllowed
    /// The part before `://` is not a scheme.
    case badScheme
    /// The authority has an `@`: credentials do not belong in a target (RFC 9110 4.2.4).
    case userinfo
    /// A `#`, which only a client may see.
    case fragment
    /// The host is empty.
    case emptyHost
    /// The host is neither a registered name nor an IPv4 address, or longer than 255 bytes.
    case badHost
    /// What is in the brackets is not an IPv6 address; zone ids and future versions are refused.
    case badIPv6Literal
    /// A CONNECT target without a port.
    case missingPort
    /// The port is not a decimal number from 1 to 65535.
    case badPort
    /// By the caller: a well-formed target whose scheme it does not serve.
    case unsupportedScheme

    /// The status to answer with.
    public var status: Int { 400 }

    /// One sentence a client's user can act on; constant.
    public var reason: StaticString {
        switch self {
        case .empty: "The request target is empty."
        case .badByte: "The request target contains a byte that must be percent-encoded."
        case .tooLong: "The request target is too long."
        case .badForm: "The request target is neither a path, a URL nor host:port."
        case .asteriskNotAllowed: "The request target * is for OPTIONS only."
        case .badScheme: "The scheme of the request target is malformed."
        case .userinfo: "The request target must not contain credentials."
        case .fragment: "The request target must not contain a fragment."
        case .emptyHost: "The request target has no host."
        case .badHost: "The host in the request target is malformed."
        case .badIPv6Literal: "The IPv6 address in the request target is malformed."
        case .missingPort: "A CONNECT target must be host:port."
        case .badPort: "The port in the request target is not a number from 1 to 65535."
        case .unsupportedScheme: "The scheme of the request target is not supported."
        }
    }
}
