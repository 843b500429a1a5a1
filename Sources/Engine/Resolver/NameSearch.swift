/// One look-up of a name: which names are asked for in turn, how long the answer for one kind of address is waited for once
/// the other's is there, and what is reported. RFC 8305 3.
///
/// A pure machine: no sockets, and time is an argument, in milliseconds on one monotonic scale. The shell asks for the `next`
/// step and performs it until that is to wait, and asks again at that time or when an answer has come.
///
/// - Both kinds are asked for at once, and both of the same name: with search domains, the addresses of two hosts never mix.
/// - The addresses of one kind wait for those of the other for `resolutionDelayMs`, no longer. RFC 8305 would not have IPv6 wait at
///   all; but which kind goes first depends on both (RFC 6724, and what is remembered of the host), and mostly they come together.
/// - What is reported early is completed later: by the other answer, or by the deadline.
/// - An answer after the deadline is still worth keeping: it is reported as one more end.
struct NameSearch {
    /// Which kind of records is asked for.
    enum Kind: Equatable, CaseIterable {
        case aaaa
        case a
    }

    /// What the shell has to do.
    enum Step: Equatable {
        /// Ask for all wanted kinds of this name; each answer is `answered`.
        case ask(String)
        /// Report these addresses; more may follow.
        case early(LookupOutcome)
        /// Report the end.
        case done(LookupOutcome)
        /// Nothing, until this time (nil: none) or until an answer comes.
        case wait(untilMs: UInt64?)
    }

    /// The Resolution Delay that RFC 8305 3 recommends.
    static let resolutionDelayMs: UInt64 = 50

    /// Kinds to be asked for, the first of them first.
    let wanted: [Kind]

    private let names: [String]
    private let deadlineMs: UInt64
    private let ipv6GoesFirst: (_ ipv6: SocketAddress, _ ipv4: SocketAddress) -> Bool
    /// Index of the name that is asked for.
    private var current = 0
    private var isAsked = false
    private var aaaa: LookupOutcome?
    private var a: LookupOutcome?
    /// When the kind that is answered for has waited long enough.
    private var delayEndMs: UInt64?
    private var hasReportedEarly = false
    /// Has some name existed, without an address?
    private var hasSeenName = false
    private var isOver = false
    /// Has an answer come that is not reported?
    private var hasNews = false

    /// `names` are tried in order until one has an address; there is at least one. `ipv6GoesFirst` is asked about the first
    /// address of each kind when both are known.
    init(
        _ names: [String], family: ResolverOptions.Family, deadlineMs: UInt64,
        ipv6GoesFirst: @escaping (_ ipv6: SocketAddress, _ ipv4: SocketAddress) -> Bool
    ) {
        precondition(!names.isEmpty, "no name to search for")
        self.names = names
        self.deadlineMs = deadlineMs
        self.ipv6GoesFirst = ipv6GoesFirst
        wanted =
            switch family {
            case .any: [.aaaa, .a]
            case .ipv4: [.a]
            case .ipv6: [.aaaa]
            }
    }

    /// What the servers say of `name`; ignored when another name is asked for by now.
    mutating func answered(_ kind: Kind, _ outcome: LookupOutcome, of name: String, nowMs: UInt64) {
        guard isAsked, name == names[current] else { return }
        switch kind {
        case .aaaa: aaaa = outcome
        case .a: a = outcome
        }
        hasNews = outcome.isSuccess || found() == nil
        // Servers are known to deny a name when asked for AAAA, though it has A records (RFC 4074 4.2), but not the reverse.
        if delayEndMs == nil, outcome.isSuccess || (kind == .a && outcome.error == .notFound) {
            delayEndMs = nowMs &+ Self.resolutionDelayMs
        }
    }

    /// The next step. To be asked again after every step but to wait.
    mutating func next(nowMs: UInt64) -> Step {
        if isOver { return afterTheEnd() }
        while true {
            guard isAsked else {
                isAsked = true
                return .ask(names[current])
            }
            if nowMs >= deadlineMs { return end(found() ?? .failure(.timedOut)) }
            guard isAnswered || isDenied(nowMs) else { return stepWhileWaiting(nowMs) }
            if let found = found() { return end(found) }
            if let failure = failure() { return end(.failure(failure)) }
            hasSeenName = hasSeenName || saysThatItExists
            guard current + 1 < names.count else { return end(denial()) }
            current += 1
            (isAsked, aaaa, a, delayEndMs) = (false, nil, nil, nil)
        }
    }

    // MARK: Steps

    private var isAnswered: Bool { wanted.allSatisfy { outcome(of: $0) != nil } }

    /// Is there no such name, and nothing that says otherwise?
    private func isDenied(_ nowMs: UInt64) -> Bool {
        guard a?.error == .notFound, aaaa == nil, let delayEndMs else { return false }
        return nowMs >= delayEndMs
    }

    private mutating func stepWhileWaiting(_ nowMs: UInt64) -> Step {
        guard !hasReportedEarly, let delayEndMs else { return .wait(untilMs: deadlineMs) }
        if nowMs < delayEndMs { return .wait(untilMs: min(delayEndMs, deadlineMs)) }
        guard let found = found() else { return .wait(untilMs: deadlineMs) }
        hasReportedEarly = true
        return .early(found.expectingMore(true))
    }

    private mutating func end(_ outcome: LookupOutcome) -> Step {
        isOver = true
        hasNews = false
        return .done(outcome)
    }

    /// What comes late replaces what was reported, if it says something of the name. No other name is begun with.
    private mutating func afterTheEnd() -> Step {
        guard hasNews else { return .wait(untilMs: nil) }
        hasNews = false
        if let found = found() { return .done(found) }
        guard isAnswered, failure() == nil, current + 1 == names.count else { return .wait(untilMs: nil) }
        return .done(denial())
    }

    private func outcome(of kind: Kind) -> LookupOutcome? { kind == .a ? a : aaaa }

    /// The addresses that are known, those first that go first.
    private func found() -> LookupOutcome? {
        guard let aaaa, let ipv6 = aaaa.addresses.first else { return a?.isSuccess == true ? a : nil }
        guard let a, let ipv4 = a.addresses.first else { return aaaa }
        return ipv6GoesFirst(ipv6, ipv4) ? aaaa.followed(by: a) : a.followed(by: aaaa)
    }

    private var saysThatItExists: Bool { a?.error == .noAddress || aaaa?.error == .noAddress }

    private func denial() -> LookupOutcome { .failure(hasSeenName || saysThatItExists ? .noAddress : .notFound) }

    /// Why it is not known whether the name has addresses; nil when it is.
    private func failure() -> ResolveError? {
        for outcome in [a, aaaa] {
            if let error = outcome?.error, !error.isNegativeAnswer { return error }
        }
        return nil
    }
}
