import Glibc

/// Which of a name's addresses are dialled, in which order and when. Happy Eyeballs, RFC 8305 sections 4 and 5.
///
/// A pure machine: no sockets, and time is an argument, in milliseconds on one monotonic scale. The shell asks for the `next`
/// step and performs it until that is to wait, and asks again at that time or when an attempt has ended. Attempts that are
/// under way are named by their place, 0 ..< `maxRunning`.
///
/// - Families take turns, beginning with the preferred one. Inside a family the given order holds.
/// - The next attempt begins `staggerMs` after the last one, or at once when one fails.
/// - A denied address is as if it were not there.
/// - Where the addresses of one family come late (section 3), the others do not wait for them; but nothing has failed before.
/// - A family that this machine cannot reach at all is put behind the other: it costs no more time, and is still tried when
///   nothing else is left, because the route may be missing for that one address.
struct HappyEyeballs {
    /// Attempts that may be under way at once: no dial holds more descriptors.
    static let maxRunning = 4
    /// Addresses that are tried, whatever the name has: no answer of a name server sets off more.
    static let maxTried = 8

    /// Times in milliseconds.
    struct Limits: Equatable {
        /// Between the beginnings of two attempts. The Connection Attempt Delay of RFC 8305 5.
        var staggerMs: UInt64
        /// For one attempt while other addresses remain to be tried.
        var attemptMs: UInt64
        /// When all of it must be over.
        var deadlineMs: UInt64
    }

    /// What the shell has to do.
    enum Step: Equatable {
        /// Judge and dial the address of this index; then `started`, `denied` or `refused`.
        case attempt(Int)
        /// Close the attempt at this place, which has had its time.
        case giveUp(Int)
        /// Nothing, until this time or until an attempt ends.
        case wait(untilMs: UInt64)
        /// Report the failure, and close what is still under way.
        case failed(ConnectFailure)
    }

    private struct Attempt {
        /// Index of the address, or -1 for a vacant place.
        var address: Int32 = -1
        var startedMs: UInt64 = 0
    }

    private var addresses: [SocketAddress]
    private var isComplete: Bool
    private let limits: Limits
    /// The family that goes first; all others go second.
    private let firstFamily: CInt
    /// Of the first and the second family: the next index that may be of it.
    private var nextOfFirst = 0
    private var nextOfSecond = 0
    private var isFirstUnreachable = false
    private var isSecondUnreachable = false
    private var isFirstsTurn = true
    private var tried = 0
    /// The address that the shell is busy with, or -1.
    private var asked = -1
    private var running = InlineArray<4, Attempt>(repeating: Attempt())
    private var runningCount = 0
    private var lastStartMs: UInt64 = 0
    /// An attempt has failed since the last one began: the next need not wait.
    private var isDue = true
    private var worst: DialFailure?
    private var firstDenied: SocketAddress?

    /// Nothing is under way yet. Without a preferred family the first address's goes first. Unless the addresses are complete,
    /// `complete` brings the others.
    init(_ addresses: [SocketAddress], isComplete: Bool = true, preferring family: CInt? = nil, limits: Limits) {
        self.addresses = addresses
        self.isComplete = isComplete
        self.limits = limits
        firstFamily = family ?? addresses.first?.family ?? AF_INET6
    }

    // MARK: What to do

    /// The next step. To be asked again after every step but the last.
    mutating func next(nowMs: UInt64) -> Step {
        guard nowMs < limits.deadlineMs else { return .failed(failureAtDeadline()) }
        guard tried < Self.maxTried, let candidate = candidate() else {
            let mayFollow = !isComplete && tried < Self.maxTried
            return runningCount > 0 || mayFollow ? .wait(untilMs: limits.deadlineMs) : .failed(failure())
        }
        if let place = overdue(nowMs) {
            end(place, .timedOut)
            return .giveUp(place)
        }
        let hasRoom = runningCount < Self.maxRunning
        let staggered = lastStartMs &+ limits.staggerMs
        if runningCount == 0 || (hasRoom && (isDue || nowMs >= staggered)) {
            asked = candidate
            return .attempt(candidate)
        }
        let wake = min(limits.deadlineMs, firstOverdueMs())
        return .wait(untilMs: hasRoom ? min(wake, staggered) : wake)
    }

    // MARK: What became of it

    /// These are the addresses that were awaited; their indices follow those of the others.
    mutating func complete(with late: [SocketAddress]) {
        precondition(!isComplete, "the addresses were complete before")
        isComplete = true
        addresses += late
    }

    /// The attempt that was asked for is under way, at the place returned.
    mutating func started(nowMs: UInt64) -> Int {
        guard asked >= 0, let place = running.indices.first(where: { running[$0].address < 0 }) else {
            preconditionFailure("no attempt was asked for: \(asked), \(runningCount) under way")
        }
        running[place] = Attempt(address: Int32(asked), startedMs: nowMs)
        runningCount += 1
        take()
        lastStartMs = nowMs
        isDue = false
        return place
    }

    /// The address that was asked for must not be dialled.
    mutating func denied() {
        precondition(asked >= 0, "no attempt was asked for")
        if firstDenied == nil { firstDenied = addresses[asked] }
        pass(asked)
        asked = -1
    }

    /// The attempt that was asked for has failed already.
    mutating func refused(_ errno: Errno) {
        precondition(asked >= 0, "no attempt was asked for")
        let address = asked
        take()
        note(errno, address)
    }

    /// The attempt at this place has failed.
    mutating func failed(_ place: Int, _ errno: Errno) { end(place, errno) }

    /// The index of the address that is dialled at this place.
    func address(at place: Int) -> Int {
        precondition(running[place].address >= 0, "no attempt at \(place)")
        return Int(running[place].address)
    }

    // MARK: Steps

    private func isFirst(_ index: Int) -> Bool { addresses[index].family == firstFamily }

    private func index(from start: Int, ofFirst: Bool) -> Int? {
        var index = start
        while index < addresses.count {
            if isFirst(index) == ofFirst { return index }
            index += 1
        }
        return nil
    }

    /// The address whose turn it is, if any is left.
    private func candidate() -> Int? {
        let first = index(from: nextOfFirst, ofFirst: true)
        let second = index(from: nextOfSecond, ofFirst: false)
        guard let first, let second else { return first ?? second }
        if isFirstUnreachable != isSecondUnreachable { return isFirstUnreachable ? second : first }
        return isFirstsTurn ? first : second
    }

    /// The address is done with, and its family still has its turn.
    private mutating func pass(_ index: Int) {
        if isFirst(index) { nextOfFirst = index + 1 } else { nextOfSecond = index + 1 }
    }

    /// The address that was asked for is tried.
    private mutating func take() {
        pass(asked)
        isFirstsTurn = !isFirst(asked)
        tried += 1
        asked = -1
    }

    private mutating func end(_ place: Int, _ errno: Errno) {
        let address = address(at: place)
        running[place].address = -1
        runningCount -= 1
        note(errno, address)
    }

    private mutating func note(_ errno: Errno, _ index: Int) {
        isDue = true
        if errno.concernsFamily {
            if isFirst(index) { isFirstUnreachable = true } else { isSecondUnreachable = true }
        }
        if let worst, DialFailure.weight(of: worst.errno) >= DialFailure.weight(of: errno) { return }
        worst = DialFailure(errno: errno, address: addresses[index])
    }

    /// The place of an attempt that has had its time.
    private func overdue(_ nowMs: UInt64) -> Int? {
        guard runningCount > 0 else { return nil }
        return running.indices.first {
            running[$0].address >= 0 && nowMs &- running[$0].startedMs >= limits.attemptMs
        }
    }

    private func firstOverdueMs() -> UInt64 {
        var first = UInt64.max
        for place in running.indices where running[place].address >= 0 {
            first = min(first, running[place].startedMs &+ limits.attemptMs)
        }
        return first
    }

    private func failure() -> ConnectFailure {
        if worst == nil, let firstDenied { return .denied(firstDenied) }
        return .dial(worst ?? DialFailure(errno: .timedOut, address: nil))
    }

    /// What is under way then has not answered in time.
    private mutating func failureAtDeadline() -> ConnectFailure {
        for place in running.indices where running[place].address >= 0 { note(.timedOut, address(at: place)) }
        return .dial(worst ?? DialFailure(errno: .timedOut, address: nil))
    }
}
