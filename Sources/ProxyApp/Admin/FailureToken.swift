/// What the words in logs and metrics stand for, one sentence each: for the page, the documentation and known label values.
enum FailureToken {
    struct Meaning: Sendable {
        let token: String
        let sentence: String
    }

    /// Reasons why a request failed, grouped by whose side it was. A reason that is not here is still counted, and shown
    /// without a sentence.
    static let sentences: [Meaning] = client + policy + resolving + dialling + origin

    private static let client = [
        Meaning(token: "bad_request", sentence: "What the client sent is not an HTTP/1 request, or an ambiguous one."),
        Meaning(token: "bad_target", sentence: "The request's target is not a URL or host:port."),
        Meaning(token: "bad_max_forwards", sentence: "A Max-Forwards field that is no number."),
        Meaning(token: "loop", sentence: "The request's Via field names this proxy: it has been here before."),
        Meaning(token: "bad_host", sentence: "An HTTP/1.1 request without exactly one Host field."),
        Meaning(token: "origin_form", sentence: "The client took the proxy for a web server."),
        Meaning(token: "unsupported_scheme", sentence: "A URL of a scheme other than http."),
        Meaning(token: "unsupported_coding", sentence: "A transfer coding that is not spoken here."),
        Meaning(token: "unsupported_version", sentence: "A protocol version other than HTTP/1."),
        Meaning(token: "unknown_expectation", sentence: "An expectation other than 100-continue."),
        Meaning(token: "request_line_too_long", sentence: "The request line is longer than the limit."),
        Meaning(token: "head_too_large", sentence: "The request's head is larger than the limit."),
        Meaning(token: "head_timeout", sentence: "The request's head did not arrive in time."),
        Meaning(token: "body_too_large", sentence: "The request's body is larger than the limit."),
        Meaning(
            token: "client_gone", sentence: "The client closed or reset its connection before its answer was complete."),
        Meaning(token: "client_body_timeout", sentence: "The client stopped in the middle of its request's body."),
        Meaning(token: "client_write_timeout", sentence: "The client stopped reading its answer."),
        Meaning(token: "client_bad_body", sentence: "The request's body is malformed."),
        Meaning(token: "shutdown", sentence: "The proxy stopped before the exchange was complete."),
    ]

    private static let policy = [
        Meaning(token: "connect_port", sentence: "A tunnel to a port that the configuration does not allow."),
        Meaning(token: "own_listener", sentence: "The destination is the proxy itself."),
        Meaning(token: "denied", sentence: "The destination's address must not be dialled."),
    ]

    private static let resolving = [
        Meaning(token: "dns_nxdomain", sentence: "The name does not exist."),
        Meaning(token: "dns_nodata", sentence: "The name exists but has no address of the wanted kind."),
        Meaning(token: "dns_servfail", sentence: "The name servers could not answer."),
        Meaning(token: "dns_refused", sentence: "The name servers would not answer."),
        Meaning(token: "dns_unreachable", sentence: "No name server could be reached, or each of several failed."),
        Meaning(token: "dns_timeout", sentence: "The name servers did not answer in time."),
        Meaning(token: "dns_badanswer", sentence: "A name server's answer does not parse."),
        Meaning(token: "dns_badname", sentence: "What was to be resolved is not a host name."),
        Meaning(token: "dns_cancelled", sentence: "The resolver was shut down during the look-up."),
        Meaning(token: "dns_overload", sentence: "Too many look-ups were in flight."),
        Meaning(token: "dns_resources", sentence: "No memory or descriptors were left for the look-up."),
    ]

    private static let dialling = [
        Meaning(token: "connect_refused", sentence: "The origin refused the connection."),
        Meaning(token: "connect_timeout", sentence: "The origin did not accept the connection in time."),
        Meaning(token: "connect_failed", sentence: "The origin could not be reached: no route, or no permission."),
        Meaning(token: "queue_timeout", sentence: "No socket to the origin came free in time."),
        Meaning(token: "queue_full", sentence: "As many requests waited for the origin as may."),
        Meaning(token: "no_descriptors", sentence: "The proxy had no file descriptor left."),
        Meaning(token: "no_memory", sentence: "The kernel had no memory left for a connection to the origin."),
    ]

    private static let origin = [
        Meaning(token: "closed_early", sentence: "The origin closed the connection without an answer."),
        Meaning(token: "reset", sentence: "The origin reset the connection."),
        Meaning(token: "truncated", sentence: "The origin closed the connection in the middle of its answer."),
        Meaning(token: "response_timeout", sentence: "The origin did not answer in time."),
        Meaning(token: "body_timeout", sentence: "The origin stopped in the middle of its answer."),
        Meaning(token: "write_timeout", sentence: "The origin stopped reading the request."),
        Meaning(token: "bad_response", sentence: "What the origin sent is not valid HTTP/1."),
        Meaning(token: "aborted", sentence: "The exchange was given up."),
    ]

    /// Why tunnels ended.
    static let tunnelEnds = [
        Meaning(token: "closed", sentence: "Both sides had finished and everything was delivered."),
        Meaning(token: "client_reset", sentence: "The client reset the connection, or stopped reading for good."),
        Meaning(token: "origin_reset", sentence: "The origin reset the connection, or stopped reading for good."),
        Meaning(token: "idle_timeout", sentence: "No byte went either way for the idle time-out."),
        Meaning(token: "half_closed_timeout", sentence: "One side had ended and the other made no progress."),
        Meaning(token: "shutdown", sentence: "The proxy stopped."),
    ]
}
