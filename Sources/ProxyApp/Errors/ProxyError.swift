import Engine
import Policy

/// Why a client gets an answer of the proxy's own instead of an origin's: a kind, and what is known of this one case.
struct ProxyError: Error {
    /// The one value behind the status, the word, the label and the page.
    let kind: FailureKind
    /// What happened, for the person at the client: one or two sentences. May hold host and port once they were parsed, never
    /// other bytes of the request.
    let text: String
    /// More of it, for those who run the proxy, on its admin page alone: the rule that decided, the parser's complaint.
    var detail: String?
    /// The system's word for it, when it has one.
    var errno: Errno?
    /// Seconds after which the client may try again; the kind's own when nil.
    var waitS: Int?
    /// Value of Proxy-Authenticate, with 407 alone. Legal in a field (RFC 9110 11.7.1).
    var challenge: String?

    init(
        _ kind: FailureKind, _ text: String, detail: String? = nil, errno: Errno? = nil, waitS: Int? = nil,
        challenge: String? = nil
    ) {
        self.kind = kind
        self.text = text
        self.detail = detail
        self.errno = errno
        self.waitS = waitS
        self.challenge = challenge
    }

    /// The status to answer with.
    var status: Int { kind.status }
    /// A stable lowercase word for logs and metrics.
    var token: StaticString { kind.token }
    /// Must the client's connection end?
    var endsConnection: Bool { kind.endsConnection }

    /// Seconds for Retry-After; nil where trying again is of no use, or of use at any time.
    var retryAfterS: Int? {
        guard case .after(let seconds) = kind.facts.retry else { return nil }
        return max(1, waitS ?? seconds)
    }
}
