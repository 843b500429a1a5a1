/// What programs need to know of a failure.
struct FailureFacts: Equatable, Sendable {
    /// Where it came from.
    enum Side: String, CaseIterable, Sendable {
        /// What the client sent, or its connection.
        case client
        /// The proxy: its configuration, or its resources.
        case proxy
        /// The origin, or the way to it.
        case origin
        /// The name servers, or the way to them.
        case network
    }

    /// What the proxy was doing.
    enum Phase: String, CaseIterable, Sendable {
        case requestHead = "request head"
        case requestBody = "request body"
        case access = "access"
        case login = "login"
        case limits = "limits"
        case resolve = "resolve"
        case connect = "connect"
        case queue = "queue"
        case responseHead = "response head"
        case responseBody = "response body"
        case shutdown = "shutdown"
    }

    /// May the client send the same request again?
    enum Retry: Equatable, Sendable {
        /// It would fail in the same way.
        case no
        /// It may succeed. One that is not idempotent may have been carried out.
        case yes
        /// It was not carried out, and may succeed after so many seconds: the answer has Retry-After (RFC 9110 10.2.3).
        case after(seconds: Int)
    }

    let token: StaticString
    let status: Int
    let side: Side
    let phase: Phase
    let retry: Retry
    let type: ProxyErrorType

    init(
        _ token: StaticString, _ status: Int, _ side: Side, _ phase: Phase, _ retry: Retry, _ type: ProxyErrorType
    ) {
        self.token = token
        self.status = status
        self.side = side
        self.phase = phase
        self.retry = retry
        self.type = type
    }

    static func == (a: FailureFacts, b: FailureFacts) -> Bool {
        a.token.description == b.token.description && a.status == b.status && a.side == b.side && a.phase == b.phase
            && a.retry == b.retry && a.type == b.type
    }
}
