/// May it be done, and which of the rules that need no configuration says so.
public struct Decision: Equatable, Sendable {
    /// What decided.
    public enum Rule: Equatable, Sendable {
        /// Nothing forbids it.
        case allowed
        /// The destination is one of the proxy's own listeners, its admin endpoint among them.
        case ownListener
        /// CONNECT to a port that is not on the list.
        case connectPort

        /// A stable lowercase word for logs and metrics.
        public var token: StaticString {
            switch self {
            case .allowed: "allowed"
            case .ownListener: "own_listener"
            case .connectPort: "connect_port"
            }
        }
    }

    /// What decided.
    public let rule: Rule
    /// Does it go on?
    public var isAllowed: Bool { rule == .allowed }

    init(_ rule: Rule) { self.rule = rule }
}
