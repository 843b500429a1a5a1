/// A rule that ties several settings together; rules about one value are in its form.
struct ConfigRule: Sendable {
    /// The keys it ties, as `group.name`. The problem is reported where the first of these was set that was set.
    let keys: [String]
    /// What is wrong, or nil.
    let check: @Sendable (Settings) -> TextProblem?

    /// What a proxy that is to be started needs beside the rules.
    static let start = [
        ConfigRule(keys: ["listen", "access.clients"]) { ExposureCheck.problem($0) },
        ConfigRule(keys: ["admin", "admin_token_file"]) { AdminToken.missing(from: $0) },
    ]

    /// All rules.
    static let all: [ConfigRule] = [
        ConfigRule(keys: ["limits.request_line", "limits.head"]) { settings in
            let limits = settings.limits
            guard limits.requestLineBytes > limits.headBytes else { return nil }
            let line = SizeText.write(limits.requestLineBytes)
            let head = SizeText.write(limits.headBytes)
            return TextProblem(
                what: "limits.request_line is \(line), longer than limits.head with \(head)",
                fix: "a request line is part of the head: lower the one or raise the other")
        },
        ConfigRule(keys: ["timeouts.connect_attempt", "timeouts.connect"]) { settings in
            let timeouts = settings.timeouts
            guard timeouts.connectAttemptMs > timeouts.connectMs else { return nil }
            let attempt = DurationText.write(timeouts.connectAttemptMs)
            let whole = DurationText.write(timeouts.connectMs)
            return TextProblem(
                what: "timeouts.connect_attempt is \(attempt), longer than timeouts.connect with \(whole)",
                fix: "one attempt is part of the whole: lower the one or raise the other")
        },
        ConfigRule(keys: ["authentication.group_file", "authentication.password_file"]) { settings in
            guard settings.authentication.groupFile != nil, settings.authentication.passwordFile == nil else {
                return nil
            }
            return TextProblem(
                what: "authentication.group_file is set without authentication.password_file: nobody can log in",
                fix: "set authentication.password_file, or remove the groups")
        },
        ConfigRule(keys: ["listen"]) { settings in
            let addresses = settings.listen
            for (index, later) in addresses.enumerated() {
                if let earlier = addresses[..<index].first(where: { $0.overlaps(later) }) {
                    return TextProblem(
                        what: "listen: \(later) and \(earlier) take the same port", fix: "remove one of them")
                }
            }
            return nil
        },
        ConfigRule(keys: ["admin", "listen"]) { settings in
            guard let admin = settings.admin, let taken = settings.listen.first(where: { $0.overlaps(admin) }) else {
                return nil
            }
            return TextProblem(
                what: "admin: \(admin) and the listen address \(taken) take the same port",
                fix: "give the admin listener its own port, or `off`")
        },
    ]
}

extension ListenAddress {
    /// Whether the kernel would refuse to bind both. Port 0 never collides.
    func overlaps(_ other: ListenAddress) -> Bool {
        if case .unix(let path, _) = self, case .unix(let otherPath, _) = other { return path == otherPath }
        guard let port, port != 0, port == other.port else { return false }
        switch (self, other) {
        case (.everywhere, _), (_, .everywhere): return true
        case (.ipv4(let host, _), .ipv4(let otherHost, _)):
            return host == otherHost || host == "0.0.0.0" || otherHost == "0.0.0.0"
        case (.ipv6(let host, _), .ipv6(let otherHost, _)):
            return host == otherHost || host == "::" || otherHost == "::"
        default: return false
        }
    }
}
