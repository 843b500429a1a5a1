extension FailureKind {
    /// Word, status, side, phase, retry verdict and the type of RFC 9209.
    var facts: FailureFacts {
        switch self {
        case .badRequest: .init("bad_request", 400, .client, .requestHead, .no, .httpRequestError)
        case .badTarget: .init("bad_target", 400, .client, .requestHead, .no, .httpRequestError)
        case .badHost: .init("bad_host", 400, .client, .requestHead, .no, .httpRequestError)
        case .badMaxForwards: .init("bad_max_forwards", 400, .client, .requestHead, .no, .httpRequestError)
        case .originForm: .init("origin_form", 400, .client, .requestHead, .no, .httpRequestError)
        case .unsupportedScheme: .init("unsupported_scheme", 501, .client, .requestHead, .no, .proxyInternalResponse)
        case .unsupportedCoding: .init("unsupported_coding", 501, .client, .requestHead, .no, .proxyInternalResponse)
        case .unsupportedVersion: .init("unsupported_version", 505, .client, .requestHead, .no, .proxyInternalResponse)
        case .unknownExpectation: .init("unknown_expectation", 417, .client, .requestHead, .no, .httpRequestError)
        case .requestLineTooLong: .init("request_line_too_long", 414, .client, .requestHead, .no, .httpRequestError)
        case .headTooLarge: .init("head_too_large", 431, .client, .requestHead, .no, .httpRequestError)
        case .headTimeout: .init("head_timeout", 408, .client, .requestHead, .yes, .httpRequestError)
        case .loop: .init("loop", 508, .proxy, .requestHead, .no, .proxyLoopDetected)

        case .bodyTooLarge: .init("body_too_large", 413, .client, .requestBody, .no, .httpRequestError)
        case .clientBodyTimeout: .init("client_body_timeout", 408, .client, .requestBody, .yes, .httpRequestError)
        case .clientBadBody: .init("client_bad_body", 400, .client, .requestBody, .no, .httpRequestError)
        case .clientWriteTimeout: .init("client_write_timeout", 0, .client, .responseBody, .yes, .proxyInternalError)
        case .clientGone: .init("client_gone", 0, .client, .responseBody, .yes, .proxyInternalError)
        case .shutdown: .init("shutdown", 0, .proxy, .shutdown, .yes, .proxyInternalError)

        case .clientNetwork: .init("client_network", 403, .proxy, .access, .no, .httpRequestDenied)
        case .rule: .init("rule", 403, .proxy, .access, .no, .httpRequestDenied)
        case .guardedPort: .init("guarded_port", 403, .proxy, .access, .no, .httpRequestDenied)
        case .connectPort: .init("connect_port", 403, .proxy, .access, .no, .httpRequestDenied)
        case .ownListener: .init("own_listener", 403, .proxy, .access, .no, .destinationIPProhibited)
        case .metadata: .init("metadata", 403, .proxy, .access, .no, .destinationIPProhibited)
        case .notPublic: .init("not_public", 403, .proxy, .access, .no, .destinationIPProhibited)
        case .denied: .init("denied", 403, .proxy, .access, .no, .destinationIPProhibited)

        case .loginRequired: .init("login_required", 407, .client, .login, .no, .httpRequestDenied)
        case .loginFailed: .init("login_failed", 407, .client, .login, .no, .httpRequestDenied)
        case .loginPaused: .init("login_paused", 429, .client, .login, .after(seconds: 1), .httpRequestDenied)
        case .loginBusy: .init("login_busy", 503, .proxy, .login, .after(seconds: 1), .proxyInternalError)

        case .clientConnections:
            .init("client_connections", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .clientTunnels: .init("client_tunnels", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .clientRequests: .init("client_requests", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .userConnections: .init("user_connections", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .userTunnels: .init("user_tunnels", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .userRequests: .init("user_requests", 429, .client, .limits, .after(seconds: 1), .httpRequestDenied)
        case .connectionLimit: .init("connection_limit", 503, .proxy, .limits, .after(seconds: 1), .proxyInternalError)

        case .dnsNotFound: .init("dns_nxdomain", 502, .network, .resolve, .no, .dnsError)
        case .dnsNoAddress: .init("dns_nodata", 502, .network, .resolve, .no, .dnsError)
        case .dnsServerFailure: .init("dns_servfail", 502, .network, .resolve, .yes, .dnsError)
        case .dnsRefused: .init("dns_refused", 502, .network, .resolve, .no, .dnsError)
        case .dnsUnreachable: .init("dns_unreachable", 502, .network, .resolve, .yes, .dnsError)
        case .dnsTimeout: .init("dns_timeout", 504, .network, .resolve, .yes, .dnsTimeout)
        case .dnsBadAnswer: .init("dns_badanswer", 502, .network, .resolve, .yes, .dnsError)
        case .dnsBadName: .init("dns_badname", 400, .client, .resolve, .no, .httpRequestError)
        case .dnsCancelled: .init("dns_cancelled", 503, .proxy, .resolve, .after(seconds: 1), .proxyInternalError)
        case .dnsOverload: .init("dns_overload", 503, .proxy, .resolve, .after(seconds: 1), .proxyInternalError)
        case .dnsResources: .init("dns_resources", 503, .proxy, .resolve, .after(seconds: 1), .proxyInternalError)

        case .connectRefused: .init("connect_refused", 502, .origin, .connect, .yes, .connectionRefused)
        case .connectTimeout: .init("connect_timeout", 504, .origin, .connect, .yes, .connectionTimeout)
        case .connectFailed: .init("connect_failed", 502, .origin, .connect, .yes, .destinationIPUnroutable)
        case .peerDiffers: .init("peer_differs", 502, .origin, .connect, .no, .destinationIPProhibited)
        case .noDescriptors: .init("no_descriptors", 503, .proxy, .connect, .after(seconds: 1), .proxyInternalError)
        case .noMemory: .init("no_memory", 503, .proxy, .connect, .after(seconds: 1), .proxyInternalError)
        case .queueTimeout: .init("queue_timeout", 503, .origin, .queue, .after(seconds: 1), .connectionLimitReached)
        case .queueFull: .init("queue_full", 503, .origin, .queue, .after(seconds: 1), .connectionLimitReached)

        case .closedEarly: .init("closed_early", 502, .origin, .responseHead, .yes, .connectionTerminated)
        case .reset: .init("reset", 502, .origin, .responseHead, .yes, .connectionTerminated)
        case .responseTimeout: .init("response_timeout", 504, .origin, .responseHead, .yes, .httpResponseTimeout)
        case .badResponse: .init("bad_response", 502, .origin, .responseHead, .no, .httpProtocolError)
        case .writeTimeout: .init("write_timeout", 504, .origin, .requestBody, .yes, .connectionWriteTimeout)
        case .truncated: .init("truncated", 502, .origin, .responseBody, .yes, .httpResponseIncomplete)
        case .bodyTimeout: .init("body_timeout", 504, .origin, .responseBody, .yes, .connectionReadTimeout)
        case .aborted: .init("aborted", 502, .proxy, .responseHead, .yes, .proxyInternalError)
        }
    }

    /// Must the client's connection end? After a request that was not understood, what follows cannot be trusted to be one;
    /// and a connection that is one too many has no place.
    var endsConnection: Bool {
        switch self {
        case .clientConnections, .userConnections, .connectionLimit, .dnsBadName: true
        case .unknownExpectation: false
        default:
            (400..<500).contains(facts.status)
                && (facts.phase == .requestHead || facts.phase == .requestBody)
        }
    }

    /// The name servers' word for it, where they gave one. RFC 9209 2.3.2.
    var rcode: StaticString? {
        switch self {
        case .dnsNotFound: "NXDOMAIN"
        case .dnsNoAddress: "NOERROR"
        case .dnsRefused: "REFUSED"
        default: nil
        }
    }
}
