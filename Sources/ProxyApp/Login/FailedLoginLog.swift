import Policy

/// Tells of failed logins, a few each second: a flood of them must not become one of lines.
struct FailedLoginLog: Sendable {
    /// Lines at once, and each second.
    private static let limit = RateLimit(perSecond: 1, burst: 20)

    private var bucket: TokenBucket
    private var untold = 0

    init(nowMs: UInt64) { bucket = TokenBucket(Self.limit, nowMs: nowMs) }

    /// What is to be logged of a failed login; `client` is nil on a unix socket.
    mutating func lines(client: IPAddress?, user: String, pauseMs: UInt64, nowMs: UInt64) -> [Line] {
        guard bucket.take(of: Self.limit, nowMs: nowMs) else {
            untold += 1
            return []
        }
        var lines: [Line] = []
        if untold > 0 { lines.append(Line(message: "more logins failed", metadata: ["count": "\(untold)"])) }
        untold = 0
        let client = client.map { "\($0)" } ?? "unix"
        lines.append(
            Line(
                message: "login failed",
                metadata: [
                    "client": client, "user": "\"\(Self.printable(user))\"", "pause_ms": "\(pauseMs)",
                ]))
        return lines
    }

    /// One line, at level warning.
    struct Line: Equatable {
        let message: String
        let metadata: [String: String]
    }

    /// Printable ASCII without quote and backslash stays: a name comes from whoever is at the client.
    private static func printable(_ user: String) -> String {
        var printed = ""
        for scalar in user.unicodeScalars {
            let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
            printed += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return printed
    }
}
