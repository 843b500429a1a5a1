import Engine

/// What was wrong with a client's bytes, or with its connection.
public struct ClientError: Error, Sendable {
    /// The status to answer with: 400, 408, 414, 417, 431, 501 or 505.
    public let status: Int
    /// One sentence for the client.
    public let reason: StaticString
    /// The system's word for it, when the connection has failed: it takes no answer then.
    public let errno: Errno?

    init(status: Int, reason: StaticString, errno: Errno? = nil) {
        self.status = status
        self.reason = reason
        self.errno = errno
    }

    /// What a program hears of the end of a connection; nil for ends that are not the client's mistake.
    init?(_ failure: ClientFailure) {
        switch failure {
        case .gone(let errno):
            guard errno != .timedOut else { return nil }
            self.init(status: 400, reason: "The connection was closed inside a request.", errno: errno)
        case .badBody(let reason): self.init(status: 400, reason: reason)
        case .bodyTimedOut, .writeTimedOut, .stopped: return nil
        }
    }
}
