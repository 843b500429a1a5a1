import Engine
import HTTPStack
import HTTPWire
import Policy

/// Why a client gets an answer of the proxy's own instead of an origin's. One value behind the status, the text, the log's
/// reason and the metric's label.
struct ProxyError: Error {
    /// The status to answer with.
    let status: Int
    /// A stable lowercase word for logs and metrics.
    let token: StaticString
    /// What happened and what to do about it, for the person at the client.
    let text: String

    init(_ status: Int, _ token: StaticString, _ text: String) {
        self.status = status
        self.token = token
        self.text = text
    }

    /// Must the client's connection end? After a request that was not understood, what follows cannot be trusted to be one.
    var endsConnection: Bool { status >= 400 && status < 500 && status != 403 && status != 417 }

    // MARK: The client's mistakes

    init(_ error: ClientError) {
        let token: StaticString
        switch error.status {
        case 408: token = "head_timeout"
        case 414: token = "request_line_too_long"
        case 431: token = "head_too_large"
        case 501: token = "unsupported_coding"
        case 505: token = "unsupported_version"
        default: token = "bad_request"
        }
        self.init(error.status, token, error.reason.description)
    }

    init(_ error: TargetError) { self.init(400, "bad_target", error.reason.description) }

    static let originForm = ProxyError(
        400, "origin_form",
        "This is a proxy: it was sent a request for itself. Set it as the HTTP proxy of your client "
            + "(for example: export http_proxy=http://HOST:PORT), and ask for the origin's URL.")

    static func scheme(_ scheme: String) -> ProxyError {
        ProxyError(
            501, "unsupported_scheme",
            "The scheme '\(scheme)' is not spoken here. A proxy fetches http:// URLs; for https:// a client opens a tunnel with CONNECT."
        )
    }

    static let host = ProxyError(
        400, "bad_host", "An HTTP/1.1 request must have exactly one Host field (RFC 9112 3.2).")
    static let expectation = ProxyError(
        417, "unknown_expectation", "The only expectation that can be met is '100-continue' (RFC 9110 10.1.1).")
    static let maxForwards = ProxyError(
        400, "bad_max_forwards", "Max-Forwards must be a decimal number (RFC 9110 7.6.2).")
    static let loop = ProxyError(
        508, "loop",
        "The request has been through this proxy before: its Via field says so. "
            + "Proxies of a chain need different names (the `via` setting).")
    static let connectMethodTarget = ProxyError(400, "bad_target", "CONNECT takes host:port.")

    static func bodyTooLarge(_ limit: Int) -> ProxyError {
        ProxyError(
            413, "body_too_large", "The request's body is larger than the \(limit) bytes that this proxy accepts.")
    }

    init(_ failure: ClientFailure) {
        self.init(failure.status, failure.token, failure.reason.description)
    }

    // MARK: Policy

    init(_ decision: Decision, host: String, port: UInt16) {
        switch decision.rule {
        case .connectPort:
            self.init(
                403, decision.rule.token, "Tunnels to port \(port) are not allowed by this proxy's configuration.")
        case .ownListener, .allowed:
            self.init(
                403, decision.rule.token,
                "\(host):\(port) is this proxy itself: it does not connect to its own listeners.")
        }
    }

    // MARK: The origin's mistakes

    init(_ failure: ExchangeFailure, host: String, port: UInt16) {
        let origin = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let system = failure.errno.map { " (\($0))" } ?? ""
        let status: Int
        let text: String
        switch failure.kind {
        case .resolve(.timedOut):
            status = 504
            text = "The name '\(host)' could not be resolved in time."
        case .resolve(.notFound):
            status = 502
            text = "The name '\(host)' does not exist (NXDOMAIN)."
        case .resolve(.noAddress):
            status = 502
            text = "The name '\(host)' has no address."
        case .resolve(.badName):
            status = 400
            text = "'\(host)' is not a host name."
        case .resolve(.overloaded), .resolve(.noResources), .resolve(.cancelled):
            status = 503
            text = "The name '\(host)' could not be resolved: the proxy is overloaded or stopping."
        case .resolve(let error):
            status = 502
            text = "The name '\(host)' could not be resolved: \(error.token)."
        case .denied:
            status = 403
            text = "\(origin) is this proxy itself: it does not connect to its own listeners."
        case .connectRefused:
            status = 502
            text = "\(origin) refused the connection\(system)."
        case .connectTimedOut:
            status = 504
            text = "\(origin) did not accept the connection in time."
        case .connectFailed:
            status = 502
            text = "\(origin) could not be reached\(system)."
        case .noDescriptors:
            status = 503
            text = "The proxy has no descriptor left for a connection to \(origin). Try again."
        case .noMemory:
            status = 503
            text = "The machine of the proxy has no memory left for a connection to \(origin)\(system). Try again."
        case .queueFull:
            status = 503
            text = "The queue for \(origin) is full: too many requests wait for it already. Try again."
        case .queueTimedOut:
            status = 503
            text = "The request waited in the queue for \(origin), and no connection came free in time. Try again."
        case .closedBeforeResponse:
            status = 502
            text = "\(origin) closed the connection without an answer."
        case .reset:
            status = 502
            text = "\(origin) reset the connection\(system)."
        case .truncated:
            status = 502
            text = "\(origin) closed the connection in the middle of its answer."
        case .responseTimedOut:
            status = 504
            text = "\(origin) did not answer in time."
        case .bodyTimedOut:
            status = 504
            text = "\(origin) stopped in the middle of its answer."
        case .writeTimedOut:
            status = 504
            text = "\(origin) stopped reading the request."
        case .badResponse:
            status = 502
            text = "\(origin) sent what is not a valid HTTP/1.1 answer: \(failure.detail ?? "it is malformed.")"
        case .aborted, .writeAfterEnd:
            status = 502
            text = "The exchange with \(origin) was given up."
        }
        self.init(status, failure.kind == .denied ? "own_listener" : failure.token, text)
    }
}
