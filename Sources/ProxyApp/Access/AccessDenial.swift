import Policy

/// What a denied client is told: what decided, and what the proxy's operator would write to allow it. Never the contents of files.
enum AccessDenial {
    /// Two sentences.
    static func text(_ reason: AccessReason, host: String, port: UInt16) -> String {
        let place = "\(host):\(port)"
        return switch reason {
        case .rule(let rule):
            "Rule \(rule.number)\(rule.label.map { " (\"\($0)\")" } ?? "") of this proxy denies \(place). "
                + "Its operator decides about that in `access.rules`."
        case .clientNetwork:
            "This proxy does not serve your address. Its operator lists networks of clients in `access.clients`."
        case .loginRequired: "This proxy asks its users to log in."
        case .ownListener: "\(place) is this proxy itself: it does not connect to its own listeners."
        case .guardedPort:
            "Port \(port) is closed here, because mail is sent through it. "
                + "Its operator opens it with a rule: `- allow: {ports: [\(port)]}`."
        case .connectPort:
            "Tunnels to port \(port) are not allowed by this proxy's configuration. "
                + "Its operator lists ports in `tunnel.connect_ports`, or allows them with a rule."
        case .metadata:
            "\(place) is a cloud's metadata service, which hands out credentials. "
                + "Its operator opens it with a rule: `- allow: {classes: [metadata], ports: [\(port)]}`."
        case .notPublic:
            "\(place) is not on the public Internet, and this proxy serves other machines. "
                + "Its operator opens networks with a rule: `- allow: {networks: [10.0.0.0/8]}`."
        case .byDefault, .noAddress: "\(place) has no address that this proxy may connect to."
        }
    }
}
