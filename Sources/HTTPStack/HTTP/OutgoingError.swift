/// Why a message to be sent was refused: a mistake of the program, thrown where it is made.
public enum OutgoingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The head has been sent: its fields cannot be changed any more.
    case headersSent
    /// Not a token. RFC 9110 5.1.
    case illegalName(String)
    /// The value of the field of this name holds CR, LF or another control byte, or begins or ends with a blank. RFC 9110 5.5.
    case illegalValue(name: String)
    /// The reason phrase holds a control byte.
    case illegalReason
    /// Not a status that may be sent as the final one: 101, 200...999.
    case illegalStatus(Int)
    /// Not a token. RFC 9110 9.1.
    case illegalMethod(String)
    /// Holds a byte that is not visible ASCII, or `#`. RFC 9112 3.2.
    case illegalPath(String)
    /// The text is no absolute URL with a host.
    case illegalURL(String)
    /// Only `http:` is spoken. The scheme with its colon.
    case unsupportedProtocol(String)
    /// `write` after `end`: reported to `onError`, never thrown; or `addTrailers` after it.
    case writeAfterEnd

    public var description: String {
        switch self {
        case .headersSent: "the head has been sent"
        case .illegalName(let name): "'\(name)' is not a field name"
        case .illegalValue(let name): "the value for '\(name)' holds what a field value must not"
        case .illegalReason: "the reason phrase holds a control character"
        case .illegalStatus(let status): "\(status) is not a status"
        case .illegalMethod(let method): "'\(method)' is not a method"
        case .illegalPath(let path): "the path '\(path)' contains unescaped characters"
        case .illegalURL(let url): "'\(url)' is not a URL with a host"
        case .writeAfterEnd: "write after end"
        case .unsupportedProtocol(let scheme): "Protocol \"\(scheme)\" not supported"
        }
    }
}
