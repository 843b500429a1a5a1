import Engine
import Logging
import Policy
import Synchronization

/// The process's logins: one ``Authenticator`` for all loops, the threads that compute for it, and the files behind it.
///
/// Loops come here when a connection's credentials are not those that it had before; what they get to know they keep with the
/// connection. The lock is held for table look-ups only.
final class Logins: Sendable {
    private struct State {
        var authenticator: Authenticator
        var groups: GroupFile
        /// Requests by the verification that they wait for.
        var waiting: [KeyedDigest: [LoginWaiter]] = [:]
        var reload: LoginReload
        var failures: FailedLoginLog
        var figures = LoginFigures()
    }

    /// How often the files are looked at.
    static let lookEveryMs: UInt64 = 1000

    /// Under this key a connection knows its own credentials again.
    let key: SecretKey
    private let settings: Settings.Authentication
    private let hasher: any PasswordHasher
    private let log: Logger
    private let state: Mutex<State>
    private let version = Atomic<UInt64>(1)
    private let workers = Mutex<LoginWorkers?>(nil)

    /// Logins against these files. `start` makes its threads.
    init(
        _ files: LoginFiles, _ settings: Settings.Authentication, log: Logger,
        hasher: any PasswordHasher = CryptHasher(), options: Authenticator.Options = Authenticator.Options()
    ) {
        // From getrandom(2).
        var random = SystemRandomNumberGenerator()
        key = SecretKey(low: random.next(), high: random.next())
        self.settings = settings
        self.hasher = hasher
        self.log = log
        var options = options
        options.keepMs = UInt64(settings.rememberMs)
        state = Mutex(
            State(
                authenticator: Authenticator(file: files.passwords, key: key, options: options), groups: files.groups,
                reload: LoginReload(files.stamps), failures: FailedLoginLog(nowMs: MonotonicClock.nowMs())))
    }

    /// Starts the threads: one for each two cores, at most four.
    func start(threads: Int = max(1, min(ProcessLimits.coreCount / 2, 4))) throws(StartFailure) {
        let made = try LoginWorkers(
            lookEveryMs: Self.lookEveryMs, work: { [self] in verify($0) }, look: { [self] in look() })
        try made.start(count: threads)
        workers.withLock { $0 = made }
    }

    /// Ends the threads, which hold this object. No loop may ask any more.
    func stop() { workers.withLock { $0.take() }?.stop(timeoutMs: 2000) }

    /// The version of the files in force: what was known under another has to be asked for again.
    var generation: UInt64 { version.load(ordering: .acquiring) }

    /// What has become of logins so far.
    var figures: LoginFigures {
        state.withLock { state in
            var figures = state.figures
            figures.users = state.authenticator.userCount
            figures.waiting = state.waiting.values.reduce(0) { $0 + $1.count }
            return figures
        }
    }

    // MARK: The loops' side

    /// A login came. Nil: it is being verified, and the waiter's step hears of it on its loop.
    func check(_ waiter: LoginWaiter, nowMs: UInt64) -> LoginAnswer? {
        let (answer, verification) = state.withLock { check(waiter, &$0, nowMs: nowMs) }
        if let verification { submit(verification) }
        return answer
    }

    /// Requests whose clients are gone are not taken out: the answer finds nobody, and that is all.
    private func check(
        _ waiter: LoginWaiter, _ state: inout State, nowMs: UInt64
    ) -> (LoginAnswer?, Verification?) {
        let credentials = waiter.credentials
        let client = waiter.address.map { ClientKey($0) }
        switch state.authenticator.check(credentials, from: client, nowMs: nowMs) {
        case .accepted(let untilMs): return (accepted(credentials.user, untilMs, state), nil)
        case .verify(let verification):
            state.waiting[verification.digest] = [waiter]
            return (nil, verification)
        case .join(let digest):
            state.waiting[digest, default: []].append(waiter)
            return (nil, nil)
        case .pause(let ms): return (.paused(ms: ms), nil)
        case .busy: return (.busy, nil)
        case .rejected: return (.wrong, nil)
        }
    }

    private func accepted(_ user: String, _ untilMs: UInt64, _ state: borrowing State) -> LoginAnswer {
        .accepted(
            KnownLogin(user: user, groups: state.groups.groups(of: user), untilMs: untilMs, generation: generation))
    }

    private func submit(_ verification: Verification) { workers.withLock { $0 }?.submit(verification) }

    // MARK: The threads' side

    private func verify(_ verification: Verification) {
        let isCorrect = verification.run(hasher)
        let nowMs = MonotonicClock.nowMs()
        var answers: [(LoginWaiter, LoginAnswer)] = []
        var more: [Verification] = []
        var lines: [FailedLoginLog.Line] = []
        state.withLock { state in
            let waiters = state.waiting.removeValue(forKey: verification.digest) ?? []
            if isCorrect { state.figures.verifiedRight += 1 } else { state.figures.verifiedWrong += 1 }
            switch state.authenticator.finish(verification, isCorrect: isCorrect, nowMs: nowMs) {
            case .accepted(let untilMs):
                let answer = accepted(verification.user, untilMs, state)
                answers = waiters.map { ($0, answer) }
            case .wrong(let pausesMs):
                answers = waiters.map { ($0, .wrong) }
                for address in Set(waiters.map(\.address)) {
                    lines += state.failures.lines(
                        client: address, user: verification.user,
                        pauseMs: address.flatMap { pausesMs[ClientKey($0)] } ?? 0, nowMs: nowMs)
                }
            case .outdated:
                for waiter in waiters {
                    let (answer, verification) = check(waiter, &state, nowMs: nowMs)
                    if let answer { answers.append((waiter, answer)) }
                    if let verification { more.append(verification) }
                }
            }
        }
        for (waiter, answer) in answers {
            let (loop, step, ticket) = (waiter.loop, waiter.step, waiter.ticket)
            loop.post { step.value(on: loop).answered(ticket, answer) }
        }
        for verification in more { submit(verification) }
        for line in lines { log.warning("\(line.message)", metadata: line.metadata.mapValues { .string($0) }) }
    }

    /// Takes the files if they have changed.
    private func look() {
        let stamps = LoginFiles.currentStamps(settings)
        guard state.withLock({ $0.reload.looked(stamps) }) else { return }
        do throws(ConfigProblems) {
            guard let files = try LoginFiles.load(settings) else { return }
            replace(files)
            log.notice("password and group files taken anew", metadata: ["users": "\(files.passwords.count)"])
        } catch {
            state.withLock { $0.figures.refusedReloads += 1 }
            for problem in error.all { log.error("changed file not taken, the one before stays: \(problem)") }
        }
    }

    /// Takes these files from now on.
    func replace(_ files: LoginFiles) {
        state.withLock { state in
            state.authenticator.replace(files.passwords)
            state.groups = files.groups
            state.figures.reloads += 1
            version.add(1, ordering: .releasing)
        }
    }
}
