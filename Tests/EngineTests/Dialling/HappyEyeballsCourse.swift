import Glibc
import TestSupport

@testable import Engine

/// One dial of `HappyEyeballs` among peers that each do something of their own, and what was wrong with it.
///
/// Shares no bookkeeping with the machine: what is under way, and since when, is counted here.
final class HappyEyeballsCourse {
    /// What an address does once it is asked for.
    private enum Fate {
        case denied
        case refused(Errno)
        /// Fails or connects so many milliseconds after it was dialled.
        case fails(Errno, afterMs: UInt64)
        case connects(afterMs: UInt64)
        case silent
    }

    private enum Ending {
        case connected(Int)
        case failed(ConnectFailure)
    }

    private static let errors = [Errno.connectionRefused, .timedOut, Errno(ENETUNREACH), Errno(EHOSTUNREACH)]

    private var random: SplitMix
    private let limits: HappyEyeballs.Limits
    private let addresses: [SocketAddress]
    private let fates: [Fate]
    private var machine: HappyEyeballs
    /// How many of the addresses the machine has, and when it gets the others, if it does not have them all.
    private var known: Int
    private var lateMs: UInt64?
    private var nowMs: UInt64
    /// By place: the address, and when its fate comes.
    private var running: [Int: (index: Int, startedMs: UInt64, dueMs: UInt64?)] = [:]
    private var asked: [Int] = []
    private var lastStartMs: UInt64?
    private var failedSince = false
    private var errnos: [Errno] = []

    private(set) var violations: [String] = []

    init(seed: UInt64) {
        var random = SplitMix(seed: seed)
        nowMs = UInt64(Int.random(in: 0..<1_000_000, using: &random))
        let count = Int.random(in: 0..<12, using: &random)
        var addresses: [SocketAddress] = (0..<count).map { index in
            Int.random(in: 0..<2, using: &random) == 0
                ? .ipv4(address: UInt32(0xc000_0200 + index), port: 80)
                : .ipv6(high: 0x2001_0db8_0000_0000, low: UInt64(index), scope: 0, port: 80)
        }
        known = count
        if let early = addresses.first?.family, Int.random(in: 0..<3, using: &random) == 0 {
            addresses = addresses.filter { $0.family == early } + addresses.filter { $0.family != early }
            known = addresses.count { $0.family == early }
            lateMs = nowMs + UInt64(Int.random(in: 0..<4_000, using: &random))
        }
        self.addresses = addresses
        fates = addresses.map { _ in
            let errno = Self.errors[Int.random(in: 0..<Self.errors.count, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: return .denied
            case 2: return .refused(errno)
            case 3, 4, 5: return .fails(errno, afterMs: UInt64(Int.random(in: 0..<2_000, using: &random)))
            case 6: return .connects(afterMs: UInt64(Int.random(in: 0..<4_000, using: &random)))
            default: return .silent
            }
        }
        limits = HappyEyeballs.Limits(
            staggerMs: UInt64(10 + Int.random(in: 0..<500, using: &random)),
            attemptMs: UInt64(50 + Int.random(in: 0..<3_000, using: &random)),
            deadlineMs: nowMs + UInt64(Int.random(in: 0..<8_000, using: &random)))
        let family: CInt? = [nil, AF_INET, AF_INET6][Int.random(in: 0..<3, using: &random)]
        machine = HappyEyeballs(
            Array(addresses[..<known]), isComplete: lateMs == nil, preferring: family, limits: limits)
        self.random = random
    }

    /// Plays it to its end.
    func run() {
        for _ in 0..<1_000 where violations.isEmpty {
            switch machine.next(nowMs: nowMs) {
            case .attempt(let index): attempt(index)
            case .giveUp(let place): giveUp(place)
            case .wait(let untilMs):
                if let connected = pass(untilMs) { return ended(.connected(connected)) }
            case .failed(let failure): return ended(.failed(failure))
            }
        }
        check(false, "no end")
    }

    private func check(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { violations.append("\(nowMs): \(what())") }
    }

    private func attempt(_ index: Int) {
        check(!asked.contains(index), "\(index) a second time")
        check(nowMs < limits.deadlineMs, "an attempt behind the deadline")
        check(running.count < 4, "a fifth attempt at once")
        check(tried < 8, "a ninth address")
        let family = addresses[index].family
        let skipped = (0..<index).filter { addresses[$0].family == family && !asked.contains($0) }
        check(skipped.isEmpty, "\(index) before \(skipped) of its family")
        if let lastStartMs, !failedSince, !running.isEmpty {
            check(nowMs >= lastStartMs + limits.staggerMs, "an attempt after \(nowMs - lastStartMs) ms")
        }
        asked.append(index)
        switch fates[index] {
        case .denied: machine.denied()
        case .refused(let errno):
            machine.refused(errno)
            failed(errno)
        case .fails(_, let afterMs), .connects(let afterMs): started(index, dueMs: nowMs + afterMs)
        case .silent: started(index, dueMs: nil)
        }
    }

    private func started(_ index: Int, dueMs: UInt64?) {
        let place = machine.started(nowMs: nowMs)
        check((0..<4).contains(place) && running[place] == nil, "place \(place) is taken")
        check(machine.address(at: place) == index, "\(machine.address(at: place)) at \(place)")
        running[place] = (index, nowMs, dueMs)
        lastStartMs = nowMs
        failedSince = false
    }

    private var tried: Int {
        asked.count { if case .denied = fates[$0] { false } else { true } }
    }

    private var isAnyLeft: Bool { asked.count < known && tried < 8 }

    private func failed(_ errno: Errno) {
        errnos.append(errno)
        failedSince = true
    }

    private func giveUp(_ place: Int) {
        guard let attempt = running.removeValue(forKey: place) else { return check(false, "nothing at \(place)") }
        check(nowMs - attempt.startedMs >= limits.attemptMs, "given up after \(nowMs - attempt.startedMs) ms")
        check(isAnyLeft, "given up for nobody")
        failed(.timedOut)
    }

    /// Time passes until the machine wants to be asked or an attempt ends; the address that connected, if one did.
    private func pass(_ untilMs: UInt64) -> Int? {
        check(untilMs > nowMs, "waits for \(untilMs), which has passed")
        check(untilMs <= limits.deadlineMs, "waits for \(untilMs), behind the deadline")
        check(!running.isEmpty || (lateMs != nil && tried < 8), "waits for nothing")
        if let lateMs, lateMs <= untilMs, !running.values.contains(where: { $0.dueMs ?? .max <= lateMs }) {
            nowMs = max(nowMs, lateMs)
            machine.complete(with: Array(addresses[known...]))
            known = addresses.count
            self.lateMs = nil
            return nil
        }
        let next = running.filter { $0.value.dueMs != nil }.min {
            ($0.value.dueMs ?? 0, $0.key) < ($1.value.dueMs ?? 0, $1.key)
        }
        guard let next, let dueMs = next.value.dueMs, dueMs <= untilMs else {
            // A loop that is busy looks later.
            nowMs = untilMs + UInt64(Int.random(in: 0..<3, using: &random))
            return nil
        }
        nowMs = max(nowMs, dueMs)
        running[next.key] = nil
        guard case .fails(let errno, _) = fates[next.value.index] else { return next.value.index }
        machine.failed(next.key, errno)
        failed(errno)
        return nil
    }

    private func ended(_ ending: Ending) {
        switch ending {
        case .connected(let index):
            if case .denied = fates[index] { check(false, "connected to \(index), which is denied") }
        case .failed(.denied(let address)):
            check(errnos.isEmpty && !isAnyLeft && lateMs == nil, "denied in spite of \(errnos)")
            check(asked.first.map { addresses[$0] } == address, "\(address) was not the first to be denied")
        case .failed(.dial(let failure)):
            if nowMs < limits.deadlineMs {
                check(running.isEmpty && !isAnyLeft && (lateMs == nil || tried == 8), "failed with addresses left")
            }
            if nowMs >= limits.deadlineMs, !running.isEmpty { errnos.append(.timedOut) }
            let best = errnos.map { DialFailure.weight(of: $0) }.max() ?? DialFailure.weight(of: .timedOut)
            check(DialFailure.weight(of: failure.errno) == best, "\(failure.errno) of \(errnos)")
        case .failed(let failure): check(false, "\(failure)")
        }
    }
}
