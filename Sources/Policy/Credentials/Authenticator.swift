/// Decides logins: which are known to be right or wrong, which need a slow hash computed off the loop, which must wait.
///
/// A machine: ``check(_:from:nowMs:)`` says what to do, ``finish(_:isCorrect:nowMs:)`` takes in what came of it. The same
/// login is computed once however many connections send it at the same time. Pure; one thread at a time.
///
/// A wrong login that is sent again within a minute is refused without being computed, and does not count against its
/// address again: it tells nobody anything new, and a program that keeps an old password must not lock out its neighbours.
public struct Authenticator: Sendable {
    /// What to do with a login.
    public enum Step: Sendable {
        /// It is right, and known to be so until then; go on as this user.
        case accepted(untilMs: UInt64)
        /// Compute it off the loop, then call `finish` with the same verification.
        case verify(Verification)
        /// It is being computed already, and what comes of that holds for this one too.
        case join(KeyedDigest)
        /// Too many wrong passwords came from this address; nothing is looked at for so long.
        case pause(ms: UInt64)
        /// As many are being computed as may be at once: 503.
        case busy
        /// It was wrong a moment ago, or nobody can log in because there is no user.
        case rejected
    }

    /// What came of a verification.
    public enum Outcome: Sendable, Equatable {
        /// It was right; known to be so until then.
        case accepted(untilMs: UInt64)
        /// It was wrong. The pauses that follow, by address; 0 for none. Clients on unix sockets are not in it.
        case wrong(pausesMs: [ClientKey: UInt64])
        /// The file has changed meanwhile: whoever waits has to be checked again.
        case outdated
    }

    /// How much is done and remembered at once.
    public struct Options: Sendable {
        /// How long a right login is known.
        public var keepMs: UInt64 = 3_600_000
        /// Right logins that are known at most.
        public var capacity = 100_000
        /// How long a wrong login is known.
        public var keepWrongMs: UInt64 = 60_000
        /// Wrong logins that are known at most.
        public var wrongCapacity = 4_096
        /// Logins that are computed or wait for that, at most.
        public var maxUnderWay = 64
        /// Those of them that one address may have begun: guesses that were made before the first is known to be wrong.
        public var maxUnderWayPerClient = 16
        /// How wrong passwords slow an address down.
        public var throttle = LoginThrottle.Options()
        /// Addresses that are known to have sent wrong passwords, at most.
        public var throttleCapacity = 65_536

        /// As above.
        public init() {}
    }

    private struct Computation: Sendable {
        /// Who began it.
        let starter: ClientKey?
        /// Everybody who sent it.
        var clients: Set<ClientKey>
    }

    private let key: SecretKey
    private let options: Options
    private var file: PasswordFile
    private var right: VerifiedLogins
    private var wrong: VerifiedLogins
    private var throttle: LoginThrottle
    private var underWay: [KeyedDigest: Computation] = [:]
    private var underWayOfClient: [ClientKey: Int] = [:]

    /// Logins against `file`, remembered under a key that is this process's own.
    public init(file: PasswordFile, key: SecretKey, options: Options = Options()) {
        self.file = file
        self.key = key
        self.options = options
        right = VerifiedLogins(capacity: options.capacity, keepMs: options.keepMs)
        wrong = VerifiedLogins(capacity: options.wrongCapacity, keepMs: options.keepWrongMs)
        throttle = LoginThrottle(options.throttle, capacity: options.throttleCapacity)
    }

    /// Takes another file from now on. Logins whose hash is no longer in it are not known any more.
    public mutating func replace(_ file: PasswordFile) { self.file = file }

    /// How many users there are.
    public var userCount: Int { file.count }

    /// A login came. `client` is nil on a unix socket, which is not slowed down.
    public mutating func check(_ credentials: BasicCredentials, from client: ClientKey?, nowMs: UInt64) -> Step {
        let own = file.hash(of: credentials.user)
        guard let hash = own ?? file.decoy else { return .rejected }
        let digest = key.digest(credentials, against: hash, exists: own != nil)
        // Somebody whose password is known to be right does not suffer from others behind the same address.
        if own != nil, let untilMs = right.untilMs(digest, nowMs: nowMs) { return .accepted(untilMs: untilMs) }
        if wrong.untilMs(digest, nowMs: nowMs) != nil { return .rejected }
        if let client {
            let pause = throttle.pauseMs(client, nowMs: nowMs)
            if pause > 0 { return .pause(ms: pause) }
        }
        if underWay[digest] != nil {
            if let client { underWay[digest]?.clients.insert(client) }
            return .join(digest)
        }
        guard underWay.count < options.maxUnderWay else { return .busy }
        if let client {
            guard underWayOfClient[client, default: 0] < options.maxUnderWayPerClient else { return .busy }
            underWayOfClient[client, default: 0] += 1
        }
        underWay[digest] = Computation(starter: client, clients: client.map { [$0] } ?? [])
        return .verify(Verification(credentials, hash: hash, exists: own != nil, digest: digest))
    }

    /// A verification has ended. Whoever joined it has its outcome too.
    public mutating func finish(_ verification: Verification, isCorrect: Bool, nowMs: UInt64) -> Outcome {
        let computation = underWay.removeValue(forKey: verification.digest)
        if let starter = computation?.starter, let count = underWayOfClient[starter] {
            underWayOfClient[starter] = count > 1 ? count - 1 : nil
        }
        let own = file.hash(of: verification.user)
        guard (own ?? file.decoy) == verification.hash, (own != nil) == verification.exists else { return .outdated }
        if isCorrect { return .accepted(untilMs: right.remember(verification.digest, nowMs: nowMs)) }
        wrong.remember(verification.digest, nowMs: nowMs)
        var pausesMs: [ClientKey: UInt64] = [:]
        for client in computation?.clients ?? [] { pausesMs[client] = throttle.failed(client, nowMs: nowMs) }
        return .wrong(pausesMs: pausesMs)
    }
}
