import Engine
import HTTPStack

/// What is told of one failed request to those who run the proxy: in the log, in the figures, on the admin page.
struct FailureReport {
    let kind: FailureKind
    /// More of it: the rule that decided, the parser's complaint.
    var detail: String?
    /// The system's word for it, when it has one.
    var errno: Errno?
    /// What the client was told to ask with, if it was told anything.
    var id = RequestID()

    /// A request that is answered with `error`.
    init(_ error: ProxyError) {
        kind = error.kind
        detail = error.detail
        errno = error.errno
    }

    /// An answer that the origin cut off.
    init(_ failure: ExchangeFailure) {
        kind = FailureKind(failure.kind)
        detail = failure.detail?.description
        errno = failure.errno
    }

    /// A client that was lost.
    init(_ failure: ClientFailure) {
        kind = FailureKind(failure)
        switch failure {
        case .gone(let errno): self.errno = errno
        case .badBody(let reason): detail = reason.description
        case .bodyTimedOut, .writeTimedOut, .stopped: break
        }
    }
}
