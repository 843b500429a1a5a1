/// Why a tunnel ended.
public enum TunnelEnd: Int, Sendable, Equatable, CaseIterable {
    /// Both sides sent FIN and everything was delivered.
    case closed
    /// The client reset the connection, or stopped taking bytes for good.
    case clientReset
    /// The origin reset the connection, or stopped taking bytes for good.
    case originReset
    /// No byte either way for the idle time-out.
    case idle
    /// One side had ended and the other made no progress for the half-closed time-out.
    case halfClosed
    /// The process is stopping and its deadline has passed.
    case shutdown

    /// A stable lowercase word for logs and metric labels.
    public var token: StaticString {
        switch self {
        case .closed: "closed"
        case .clientReset: "client_reset"
        case .originReset: "origin_reset"
        case .idle: "idle_timeout"
        case .halfClosed: "half_closed_timeout"
        case .shutdown: "shutdown"
        }
    }
}
