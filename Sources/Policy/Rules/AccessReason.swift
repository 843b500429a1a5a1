/// What decided about a request or one of its addresses.
public enum AccessReason: Hashable, Sendable {
    /// A rule, the first that matched.
    case rule(RuleReference)
    /// No rule matched, and the default allows it.
    case byDefault
    /// The client is in none of the networks that the proxy serves.
    case clientNetwork
    /// Nobody is logged in and the proxy asks everybody to. The one denial that is answered 407.
    case loginRequired
    /// A connection there would arrive at this proxy itself. No rule can allow it.
    case ownListener
    /// One of ``GuardedPorts``.
    case guardedPort
    /// CONNECT to another port than 443 while strangers can reach the proxy.
    case connectPort
    /// A cloud's metadata service, by name or by address.
    case metadata
    /// Not on the public Internet while strangers can reach the proxy.
    case notPublic
    /// There was no address to judge.
    case noAddress

    /// A stable lowercase word for logs, metrics and Proxy-Status.
    public var token: StaticString {
        switch self {
        case .rule: "rule"
        case .byDefault: "default"
        case .clientNetwork: "client_network"
        case .loginRequired: "login_required"
        case .ownListener: "own_listener"
        case .guardedPort: "guarded_port"
        case .connectPort: "connect_port"
        case .metadata: "metadata"
        case .notPublic: "not_public"
        case .noAddress: "no_address"
        }
    }

    /// What decided, for a person who looks after the proxy; follows "allowed by" or "denied by".
    public var explanation: String {
        switch self {
        case .rule(let reference): "\(reference)"
        case .byDefault: "default: no rule matches"
        case .clientNetwork: "the client networks: the client is in none of them"
        case .loginRequired: "authentication: nobody is logged in"
        case .ownListener: "the proxy itself: this is one of its own listeners"
        case .guardedPort: "default: mail ports and port 0 are opened by a rule that names them one by one"
        case .connectPort: "default: CONNECT goes to the ports of tunnel.connect_ports unless a rule names others"
        case .metadata: "default: a cloud's metadata service is opened by a rule that names it or class metadata"
        case .notPublic:
            "default: destinations that are not public are opened by a rule that names their network or class"
        case .noAddress: "the lack of an address"
        }
    }
}
