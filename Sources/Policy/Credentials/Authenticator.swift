/// Decides logins: which are known to be right, which need a slow hash computed off the loop, which must wait.
///
/// A machine: ``check(_:from:nowMs:)`` says what to do, ``finish(_:isCorrect:from:nowMs:)`` takes in what came of it. The same
/// login is computed once however many connections send it at the same time. Pure; one thread at a time.
public struct Authenticator: Sendable {
    /// What to do with a login.
    public enum Step: Sendable {
        /// It is right; go on as this user.
        case accepted(user: String)
        /// Compute it off the loop, then call `finish` with the same verification.
        case verify(Verification)
        /// It is being computed already, and what comes of that holds for this one too.
        case join(VerifiedLogins.Digest)
        /// Too many wrong passwords came from this address; nothing is looked at for so long.
        case pause(ms: UInt64)
        /// As many are being computed as may be at once: 503.
        case busy
        /// Nobody can log in: there is no user.
        case rejected
    }

    private var file: PasswordFile
    private var verified: VerifiedLogins
    private var throttle: LoginThrottle
    private var underWay: Set<VerifiedLogins.Digest> = []
    private let maxUnderWay: Int

    /// Logins against `file`. At most `maxUnderWay` are computed at once.
    public init(
        file: PasswordFile, verified: VerifiedLogins, throttle: LoginThrottle, maxUnderWay: Int = 64
    ) {
        self.file = file
        self.verified = verified
        self.throttle = throttle
        self.maxUnderWay = maxUnderWay
    }

    /// Takes another file from now on. Logins whose hash is no longer in it are not known any more.
    public mutating func replace(_ file: PasswordFile) { self.file = file }

    /// A login came. `client` is nil on a unix socket, which is not slowed down.
    public mutating func check(_ credentials: BasicCredentials, from client: ClientKey?, nowMs: UInt64) -> Step {
        let own = file.hash(of: credentials.user)
        guard let hash = own ?? file.decoy else { return .rejected }
        let digest = verified.digest(credentials, against: hash)
        // Somebody whose password is known to be right does not suffer from others behind the same address.
        if own != nil, verified.contains(digest, nowMs: nowMs) { return .accepted(user: credentials.user) }
        if let client {
            let pause = throttle.pauseMs(client, nowMs: nowMs)
            if pause > 0 { return .pause(ms: pause) }
        }
        if underWay.contains(digest) { return .join(digest) }
        guard underWay.count < maxUnderWay else { return .busy }
        underWay.insert(digest)
        return .verify(Verification(credentials: credentials, hash: hash, exists: own != nil, digest: digest))
    }

    /// A verification has ended. Returns the pause that a wrong one brings.
    @discardableResult
    public mutating func finish(
        _ verification: Verification, isCorrect: Bool, from client: ClientKey?, nowMs: UInt64
    ) -> UInt64 {
        underWay.remove(verification.digest)
        if isCorrect {
            verified.remember(verification.digest, nowMs: nowMs)
            return 0
        }
        return client.map { throttle.failed($0, nowMs: nowMs) } ?? 0
    }
}
