import Policy

/// Whether a proxy may start with these settings: one that other machines can reach must know whom it serves.
enum ExposureCheck {
    /// Nil, or what is wrong and what to write.
    static func problem(_ settings: Settings) -> TextProblem? {
        guard settings.access.clients == .auto, settings.authentication.passwordFile == nil,
            let open = settings.listen.first(where: { !$0.isLocal })
        else { return nil }
        return TextProblem(
            what: "other machines can reach \(open), and nothing says whom the proxy serves",
            fix: "write `access: {clients: [10.0.0.0/8, 192.168.0.0/16]}` with the networks of your clients, "
                + "or `authentication: {password_file: /etc/proxyd/users}`, or listen on 127.0.0.1; "
                + "`access: {clients: any}` serves everybody")
    }
}

extension ListenAddress {
    /// Can only this machine connect to it?
    var isLocal: Bool {
        switch self {
        case .everywhere: false
        case .ipv4(let host, _), .ipv6(let host, _): IPAddress(parsing: host)?.isLoopback ?? false
        case .unix: true
        }
    }
}
