import HTTPStack
import HTTPWire
import Policy

/// What the client sent, and what it may not.
extension ProxyError {
    init(_ error: ClientError) {
        let kind: FailureKind =
            switch error.status {
            case 408: .headTimeout
            case 414: .requestLineTooLong
            case 417: .unknownExpectation
            case 431: .headTooLarge
            case 501: .unsupportedCoding
            case 505: .unsupportedVersion
            default: .badRequest
            }
        self.init(kind, error.reason.description, errno: error.errno)
    }

    init(_ error: TargetError) { self.init(.badTarget, error.reason.description) }

    init(_ failure: ClientFailure) { self.init(FailureKind(failure), failure.reason.description) }

    static let originForm = ProxyError(
        .originForm,
        "This is a proxy: it was sent a request for itself. Set it as the HTTP proxy of your client "
            + "(for example: export http_proxy=http://HOST:PORT), and ask for the origin's URL.")

    static func scheme(_ scheme: String) -> ProxyError {
        ProxyError(
            .unsupportedScheme,
            "The scheme '\(scheme)' is not spoken here. A proxy fetches http:// URLs; for https:// a client opens a tunnel with CONNECT."
        )
    }

    static let host = ProxyError(.badHost, "An HTTP/1.1 request must have exactly one Host field (RFC 9112 3.2).")
    static let expectation = ProxyError(
        .unknownExpectation, "The only expectation that can be met is '100-continue' (RFC 9110 10.1.1).")
    static let maxForwards = ProxyError(
        .badMaxForwards, "Max-Forwards must be a decimal number (RFC 9110 7.6.2).")
    static let loop = ProxyError(
        .loop,
        "The request has been through this proxy before: its Via field says so. "
            + "Proxies of a chain need different names (the `via` setting).")
    static let connectMethodTarget = ProxyError(.badTarget, "CONNECT takes host:port.")

    static func bodyTooLarge(_ limit: Int) -> ProxyError {
        ProxyError(.bodyTooLarge, "The request's body is larger than the \(limit) bytes that this proxy accepts.")
    }

    // MARK: Policy

    /// `host` is canonical, an IPv6 address in brackets.
    init(_ reason: AccessReason, host: String, port: UInt16) {
        self.init(
            FailureKind(reason), AccessDenial.text(reason, host: host, port: port),
            detail: "denied by \(reason.explanation)")
    }

    init(_ error: HostError) { self.init(.dnsBadName, error.reason, detail: error.token.description) }
}

extension FailureKind {
    init(_ failure: ClientFailure) {
        self =
            switch failure {
            case .gone: .clientGone
            case .bodyTimedOut: .clientBodyTimeout
            case .writeTimedOut: .clientWriteTimeout
            case .badBody: .clientBadBody
            case .stopped: .shutdown
            }
    }

    /// What a denial is called. The two reasons that deny nothing are not asked for.
    init(_ reason: AccessReason) {
        self =
            switch reason {
            case .rule: .rule
            case .clientNetwork: .clientNetwork
            case .loginRequired: .loginRequired
            case .ownListener: .ownListener
            case .guardedPort: .guardedPort
            case .connectPort: .connectPort
            case .metadata: .metadata
            case .notPublic: .notPublic
            case .noAddress: .dnsNoAddress
            case .byDefault: .denied
            }
    }
}
