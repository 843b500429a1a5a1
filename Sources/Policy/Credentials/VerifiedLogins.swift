/// Remembers for a while that a user and password were right, so that a login does not cost a slow hash for each request; or
/// that they were wrong, so that asking again costs none either.
///
/// Kept is a keyed hash of user, password and the stored hash: no password, and nothing that fits once the file says
/// otherwise. Who reads this process's memory with the key in it can try passwords quickly; so could he read those that
/// pass by. Bounded, the longest unused gives way. Pure: time is an argument.
public struct VerifiedLogins: Sendable {
    private let keepMs: UInt64
    private var table: RecentTable<KeyedDigest, UInt64>

    /// Remembers `capacity` logins for `keepMs` each.
    public init(capacity: Int, keepMs: UInt64) {
        self.keepMs = keepMs
        table = RecentTable(capacity: capacity)
    }

    /// How many are remembered.
    public var count: Int { table.count }

    /// Until when it is remembered; nil when it is not.
    public mutating func untilMs(_ digest: KeyedDigest, nowMs: UInt64) -> UInt64? {
        guard let place = table.find(digest) else { return nil }
        guard table[place] > nowMs else {
            table.remove(place)
            return nil
        }
        table.touch(place)
        return table[place]
    }

    /// Remembers it from now on. Returns until when.
    @discardableResult
    public mutating func remember(_ digest: KeyedDigest, nowMs: UInt64) -> UInt64 {
        let untilMs = nowMs + keepMs
        if let place = table.find(digest) {
            table[place] = untilMs
            table.touch(place)
        } else {
            _ = table.insert(digest, untilMs)
        }
        return untilMs
    }
}

extension SecretKey {
    /// What a login with this password against this stored hash is remembered by. Somebody who does not exist is compared with
    /// another's hash, which he might get one day.
    func digest(_ credentials: BasicCredentials, against hash: PasswordHash, exists: Bool) -> KeyedDigest {
        var sip = SipHash(key: self)
        sip.add(CollectionOfOne(exists ? 1 : 0))
        sip.add(field: credentials.user.utf8)
        credentials.password.withBytes { sip.add(field: $0) }
        sip.add(field: hash.text.utf8)
        return KeyedDigest(sip)
    }
}
