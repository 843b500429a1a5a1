/// A password's hash in the form of crypt(5), of a kind that is slow enough to be kept in a file.
public struct PasswordHash: Hashable, Sendable {
    /// The kinds that are accepted.
    public enum Kind: String, Sendable, CaseIterable {
        /// `$2y$`, also `$2a$` and `$2b$`: what `htpasswd -B` writes.
        case bcrypt
        /// `$6$`.
        case sha512
        /// `$5$`.
        case sha256
    }

    /// The kind.
    public let kind: Kind
    /// The whole, settings and salt included: what crypt(3) takes as its setting, and what it must give back.
    public let text: String
    /// How long it takes, on a scale for comparison within a kind: bcrypt's exponent, or rounds.
    public let cost: Int

    /// About how long it takes, in nanoseconds of some processor: for comparison between kinds.
    var estimatedNs: Int {
        switch kind {
        case .bcrypt: 43_000 << cost
        case .sha512: 190 * cost
        case .sha256: 160 * cost
        }
    }

    /// Most rounds of SHA-crypt, and bcrypt's largest exponent: a file should not be able to stop the proxy.
    public static let maxRounds = 2_000_000
    /// About 10 s of one core.
    public static let maxExponent = 17

    /// Checks kind, lengths and characters. The hash is never part of an error.
    public init(_ text: some StringProtocol) throws(PasswordHashError) {
        let parts = String(text).split(separator: "$" as Character, omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts[0].isEmpty else { throw Self.unsupported(String(text)) }
        switch parts[1] {
        case "2y", "2a", "2b":
            guard parts.count == 4, let cost = Self.number(parts[2]), parts[2].utf8.count == 2, cost >= 4,
                parts[3].utf8.count == 53, Self.isSaltText(parts[3])
            else { throw .malformed }
            guard cost <= Self.maxExponent else { throw .tooCostly }
            (kind, self.cost) = (.bcrypt, cost)
        case "5", "6":
            (kind, self.cost) = try Self.shaCrypt(parts)
        default: throw Self.unsupported(String(text))
        }
        self.text = String(text)
    }

    private static func shaCrypt(_ parts: [String]) throws(PasswordHashError) -> (Kind, Int) {
        var fields = parts.dropFirst(2)
        var rounds = 5000
        if let first = fields.first, first.hasPrefix("rounds=") {
            guard let given = number(String(first.dropFirst(7))) else { throw .malformed }
            guard given >= 1000 else { throw .malformed }
            guard given <= maxRounds else { throw .tooCostly }
            rounds = given
            fields = fields.dropFirst()
        }
        let kind: Kind = parts[1] == "6" ? .sha512 : .sha256
        guard fields.count == 2, let salt = fields.first, let hash = fields.last, !salt.isEmpty, salt.utf8.count <= 16,
            isSaltText(salt), hash.utf8.count == (kind == .sha512 ? 86 : 43), isSaltText(hash)
        else { throw .malformed }
        return (kind, rounds)
    }

    private static func unsupported(_ text: String) -> PasswordHashError {
        if text.hasPrefix("$apr1$") || text.hasPrefix("$1$") { return .md5 }
        if text.hasPrefix("{SHA}") || text.hasPrefix("{SSHA}") { return .sha1 }
        if text.hasPrefix("$") { return .unknownKind }
        return text.utf8.count == 13 && isSaltText(text) ? .des : .plain
    }

    private static func isSaltText(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x2e...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: false
            }
        }
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } && text.utf8.count <= 9 ? Int(text) : nil
    }
}

/// Why a hash is not accepted.
public enum PasswordHashError: Error, Hashable, Sendable, CaseIterable {
    /// `$apr1$` or `$1$`: billions of guesses a second.
    case md5
    /// `{SHA}`: unsalted or nearly as fast as MD5.
    case sha1
    /// Thirteen characters of the old crypt(3): only eight characters of the password count.
    case des
    /// No hash at all: perhaps the password itself.
    case plain
    /// A kind that is not known here.
    case unknownKind
    /// The right kind, with something missing or too much.
    case malformed
    /// Verifying it would take longer than a client waits.
    case tooCostly

    /// What is wrong with it; nothing in it comes from the file.
    public var what: String {
        switch self {
        case .md5: "MD5 hashes (apr1) are too fast to be safe"
        case .sha1: "SHA-1 hashes are too fast to be safe"
        case .des: "hashes of the old crypt are too weak"
        case .plain: "this is no hash, perhaps it is the password itself"
        case .unknownKind: "this kind of hash is not known; bcrypt ($2y$), SHA-512 ($6$) and SHA-256 ($5$) are"
        case .malformed: "the hash is not complete"
        case .tooCostly: "the hash takes too long to verify"
        }
    }

    /// What to do about it.
    public var fix: String {
        switch self {
        case .tooCostly: "write it anew with `htpasswd -B`; bcrypt's cost goes up to 17, SHA's rounds up to 2000000"
        default: "write it anew with `htpasswd -B`"
        }
    }
}
