import Policy

/// Whose limit it is.
enum LimitScope: Sendable {
    /// A client's address.
    case client
    /// Somebody who is logged in.
    case user

    /// What a refusal is answered with.
    func error(_ refusal: LimitRefusal) -> ProxyError {
        let whose = self == .client ? "your address" : "your user name"
        let wait = "Try again in \(refusal.retryAfterSeconds) s."
        let text =
            switch refusal.kind {
            case .connections: "This proxy has as many connections from \(whose) as it allows at once. \(wait)"
            case .tunnels: "This proxy has as many tunnels for \(whose) as it allows at once. \(wait)"
            case .requests: "More requests came from \(whose) than this proxy allows in a short time. \(wait)"
            }
        return ProxyError(kind(refusal.kind), text, waitS: Int(clamping: refusal.retryAfterSeconds))
    }

    private func kind(_ kind: LimitRefusal.Kind) -> FailureKind {
        switch (self, kind) {
        case (.client, .connections): .clientConnections
        case (.client, .tunnels): .clientTunnels
        case (.client, .requests): .clientRequests
        case (.user, .connections): .userConnections
        case (.user, .tunnels): .userTunnels
        case (.user, .requests): .userRequests
        }
    }
}

extension ProxyError {
    /// As many clients as there may be. RFC 9110 15.6.4.
    static let connectionLimit = ProxyError(
        .connectionLimit, "This proxy has as many connections as it can serve at once. Try again in a moment.", waitS: 1
    )
}
