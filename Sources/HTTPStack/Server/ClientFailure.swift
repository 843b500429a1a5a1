import Engine

/// Why a client's exchange was cut off.
public enum ClientFailure: Error, Sendable {
    /// The client closed or reset its connection.
    case gone(Errno?)
    /// The request's body stopped coming.
    case bodyTimedOut
    /// The client took no byte of the response for the stall time-out.
    case writeTimedOut
    /// The request's body is malformed.
    case badBody(StaticString)
    /// The server was told to stop.
    case stopped

    /// A stable lowercase word for logs and metrics.
    public var token: StaticString {
        switch self {
        case .gone: "client_gone"
        case .bodyTimedOut: "client_body_timeout"
        case .writeTimedOut: "client_write_timeout"
        case .badBody: "client_bad_body"
        case .stopped: "shutdown"
        }
    }

    /// Can the client still take an answer?
    public var isAnswerable: Bool {
        switch self {
        case .bodyTimedOut, .badBody: true
        case .gone, .writeTimedOut, .stopped: false
        }
    }

    /// The status to answer with, when `isAnswerable`.
    public var status: Int {
        if case .bodyTimedOut = self { return 408 }
        return 400
    }

    /// One sentence for the client.
    public var reason: StaticString {
        switch self {
        case .bodyTimedOut: "The request's body stopped arriving."
        case .badBody(let reason): reason
        case .gone, .writeTimedOut, .stopped: "The connection was closed."
        }
    }
}
