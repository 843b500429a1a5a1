import Tunnel

/// What the words in logs and metrics stand for, one sentence each: for the page, the documentation and known label values.
enum FailureToken {
    struct Meaning: Sendable {
        let token: String
        let sentence: String
    }

    /// Reasons why a request failed.
    static let sentences = FailureKind.allCases.map {
        Meaning(token: $0.token.description, sentence: $0.meaning.description)
    }

    /// Why tunnels ended.
    static let tunnelEnds = TunnelEnd.allCases.map {
        Meaning(token: $0.token.description, sentence: sentence($0).description)
    }

    private static func sentence(_ end: TunnelEnd) -> StaticString {
        switch end {
        case .closed: "Both sides had finished and everything was delivered."
        case .clientReset: "The client reset the connection, or stopped reading for good."
        case .originReset: "The origin reset the connection, or stopped reading for good."
        case .idle: "No byte went either way for the idle time-out."
        case .halfClosed: "One side had ended and the other made no progress."
        case .shutdown: "The proxy stopped."
        }
    }
}
