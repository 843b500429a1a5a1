import HTTPWire

/// Why a received message has no counterpart among the HTTP types.
public enum ReceivedMessageError: Error, Equatable, Sendable {
    /// A request was asked for, and the message is a response.
    case notARequest
    /// A response was asked for, and the message is a request.
    case notAResponse
    /// The request target has none of the forms that the method allows. RFC 9112 3.2.
    case illegalTarget(TargetError)
    /// A name that `HTTPField.Name` refuses.
    case illegalName(String)
    /// The value of the field of this name is one that `HTTPField` would change.
    case illegalValue(name: String)
}
