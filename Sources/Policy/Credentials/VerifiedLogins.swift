/// Remembers for a while that a user and password were right, so that a login does not cost a slow hash for each request.
///
/// Kept is a keyed hash of user, password and the stored hash: no password, and nothing that fits once the file says
/// otherwise. Who reads this process's memory with the key in it can try passwords quickly; so could he read those that
/// pass by. Bounded, the longest unused gives way. Pure: time is an argument.
public struct VerifiedLogins: Sendable {
    /// What is remembered of a login.
    public struct Digest: Hashable, Sendable {
        fileprivate let low: UInt64
        fileprivate let high: UInt64
    }

    private let key: SecretKey
    private let keepMs: UInt64
    private var table: RecentTable<Digest, UInt64>

    /// Remembers `capacity` logins for `keepMs` each, under a key that is this process's own.
    public init(key: SecretKey, capacity: Int, keepMs: UInt64) {
        self.key = key
        self.keepMs = keepMs
        table = RecentTable(capacity: capacity)
    }

    /// How many are remembered.
    public var count: Int { table.count }

    /// What a login with this password against this stored hash is remembered by.
    public func digest(_ credentials: BasicCredentials, against hash: PasswordHash) -> Digest {
        var sip = SipHash(key: key)
        sip.add(field: credentials.user.utf8)
        sip.add(field: credentials.password)
        sip.add(field: hash.text.utf8)
        let (low, high) = sip.finish()
        return Digest(low: low, high: high)
    }

    /// Was it right not long ago?
    public mutating func contains(_ digest: Digest, nowMs: UInt64) -> Bool {
        guard let place = table.find(digest) else { return false }
        guard table[place] > nowMs else {
            table.remove(place)
            return false
        }
        table.touch(place)
        return true
    }

    /// It was right.
    public mutating func remember(_ digest: Digest, nowMs: UInt64) {
        let untilMs = nowMs + keepMs
        if let place = table.find(digest) {
            table[place] = untilMs
            table.touch(place)
        } else {
            _ = table.insert(digest, untilMs)
        }
    }

    /// Forgets all.
    public mutating func removeAll() { table.removeIdle() }
}
