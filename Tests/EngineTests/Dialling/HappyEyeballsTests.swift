import Glibc
import TestSupport
import Testing

@testable import Engine

/// The order and the times of attempts, without sockets.
@Suite struct HappyEyeballsTests {
    private static let limits = HappyEyeballs.Limits(staggerMs: 250, attemptMs: 3_000, deadlineMs: 10_000)
    private static let unreachable = Errno(ENETUNREACH)

    private static func v4(_ number: UInt32) -> SocketAddress { .ipv4(address: 0xc000_0200 + number, port: 443) }
    private static func v6(_ number: UInt64) -> SocketAddress {
        .ipv6(high: 0x2001_0db8_0000_0000, low: number, scope: 0, port: 443)
    }

    private static func machine(_ addresses: [SocketAddress], preferring family: CInt? = nil) -> HappyEyeballs {
        HappyEyeballs(addresses, preferring: family, limits: limits)
    }

    /// Refuses one address after the other, and returns them in the order of the attempts.
    private static func order(
        _ addresses: [SocketAddress], preferring family: CInt? = nil, denied: Set<SocketAddress> = [],
        errno: (SocketAddress) -> Errno = { _ in .connectionRefused }
    ) -> [SocketAddress] {
        var machine = machine(addresses, preferring: family)
        var tried: [SocketAddress] = []
        while case .attempt(let index) = machine.next(nowMs: 0) {
            if denied.contains(addresses[index]) {
                machine.denied()
            } else {
                tried.append(addresses[index])
                machine.refused(errno(addresses[index]))
            }
        }
        return tried
    }

    // MARK: Order

    @Test func familiesTakeTurnsAndKeepTheirOrder() {
        let addresses = [v6(1), v6(2), v6(3), v4(1), v4(2)]
        #expect(Self.order(addresses) == [v6(1), v4(1), v6(2), v4(2), v6(3)])
    }

    @Test func theFirstAddressesFamilyGoesFirst() {
        #expect(Self.order([v4(1), v4(2), v6(1)]) == [v4(1), v6(1), v4(2)])
    }

    @Test func thePreferredFamilyGoesFirst() {
        #expect(Self.order([v6(1), v6(2), v4(1)], preferring: AF_INET) == [v4(1), v6(1), v6(2)])
        #expect(Self.order([v6(1), v6(2)], preferring: AF_INET) == [v6(1), v6(2)])
    }

    @Test func aDeniedAddressIsAsIfItWereNotThere() {
        let addresses = [v6(1), v6(2), v6(3), v4(1), v4(2)]
        #expect(Self.order(addresses, denied: [v6(1), v4(1)]) == [v6(2), v4(2), v6(3)])
    }

    @Test func aFamilyThatCannotBeReachedIsPutBehindTheOther() {
        let addresses = [v6(1), v6(2), v4(1), v4(2)]
        let tried = Self.order(addresses) { $0.family == AF_INET6 ? Self.unreachable : .connectionRefused }
        #expect(tried == [v6(1), v4(1), v4(2), v6(2)])
    }

    @Test func whenNeitherFamilyCanBeReachedTheyTakeTurns() {
        let addresses = [v6(1), v6(2), v4(1), v4(2)]
        #expect(Self.order(addresses) { _ in Self.unreachable } == [v6(1), v4(1), v6(2), v4(2)])
    }

    @Test func noMoreThanEightAddressesAreTried() {
        let many = (1...50).map { Self.v4(UInt32($0)) }
        #expect(Self.order(many) == Array(many.prefix(8)))
        #expect(Self.order(many, denied: Set(many.prefix(40))) == Array(many[40..<48]), "denied ones do not count")
    }

    // MARK: Time

    @Test func theNextAttemptBeginsAStaggerLater() {
        var machine = Self.machine([v6(1), v4(1)])
        #expect(machine.next(nowMs: 100) == .attempt(0))
        #expect(machine.started(nowMs: 100) == 0)
        #expect(machine.next(nowMs: 100) == .wait(untilMs: 350))
        #expect(machine.next(nowMs: 349) == .wait(untilMs: 350))
        #expect(machine.next(nowMs: 350) == .attempt(1))
        #expect(machine.started(nowMs: 350) == 1)
        #expect(machine.next(nowMs: 350) == .wait(untilMs: 10_000))
    }

    @Test func theNextAttemptBeginsAtOnceWhenOneFails() {
        var machine = Self.machine([v6(1), v4(1), v4(2)])
        _ = machine.next(nowMs: 0)
        machine.failed(machine.started(nowMs: 0), .connectionRefused)
        #expect(machine.next(nowMs: 1) == .attempt(1))
        _ = machine.started(nowMs: 1)
        #expect(machine.next(nowMs: 1) == .wait(untilMs: 251), "one failure, one attempt")
    }

    @Test func aSingleAddressHasAllTheTime() {
        var machine = Self.machine([v4(1)])
        #expect(machine.next(nowMs: 0) == .attempt(0))
        _ = machine.started(nowMs: 0)
        #expect(machine.next(nowMs: 0) == .wait(untilMs: 10_000))
        #expect(machine.next(nowMs: 9_999) == .wait(untilMs: 10_000))
        #expect(
            machine.next(nowMs: 10_000) == .failed(.dial(DialFailure(errno: .timedOut, address: v4(1)))))
    }

    @Test func beyondFourAtOnceAnAttemptHasToEndFirst() {
        let addresses = (1...5).map { Self.v4(UInt32($0)) }
        var machine = Self.machine(addresses)
        for number in 0..<4 {
            let now = UInt64(number) * 250
            #expect(machine.next(nowMs: now) == .attempt(number))
            #expect(machine.started(nowMs: now) == number)
        }
        #expect(machine.next(nowMs: 1_000) == .wait(untilMs: 3_000), "the first one's time")
        #expect(machine.next(nowMs: 3_000) == .giveUp(0))
        #expect(machine.next(nowMs: 3_000) == .attempt(4))
        #expect(machine.started(nowMs: 3_000) == 0)
        #expect(machine.next(nowMs: 9_000) == .wait(untilMs: 10_000), "nobody waits for another place")
    }

    // MARK: Addresses that come late

    /// A dial of IPv4 addresses while IPv6 ones are awaited.
    private static func incomplete(_ addresses: SocketAddress...) -> HappyEyeballs {
        HappyEyeballs(addresses, isComplete: false, limits: limits)
    }

    @Test func whatIsKnownDoesNotWaitForWhatIsAwaited() {
        var machine = Self.incomplete(v4(1))
        #expect(machine.next(nowMs: 0) == .attempt(0))
    }

    @Test func lateAddressesTakeTheirTurnAfterTheStagger() {
        var machine = Self.incomplete(v4(1), v4(2))
        _ = machine.next(nowMs: 0)
        _ = machine.started(nowMs: 0)
        machine.complete(with: [v6(1), v6(2)])
        #expect(machine.next(nowMs: 100) == .wait(untilMs: 250))
        #expect(machine.next(nowMs: 250) == .attempt(2))
        _ = machine.started(nowMs: 250)
        #expect(machine.next(nowMs: 500) == .attempt(1))
    }

    @Test func nothingHasFailedWhileAddressesAreAwaited() {
        var machine = Self.incomplete(v4(1))
        _ = machine.next(nowMs: 0)
        machine.refused(.connectionRefused)
        #expect(machine.next(nowMs: 0) == .wait(untilMs: 10_000))
        machine.complete(with: [v6(1)])
        #expect(machine.next(nowMs: 400) == .attempt(1))
        machine.refused(.timedOut)
        let failure = DialFailure(errno: .connectionRefused, address: v4(1))
        #expect(machine.next(nowMs: 400) == .failed(.dial(failure)))
    }

    @Test func whenNoneFollowWhatHasFailedHasFailed() {
        var machine = Self.incomplete(v4(1))
        _ = machine.next(nowMs: 0)
        machine.denied()
        #expect(machine.next(nowMs: 0) == .wait(untilMs: 10_000))
        machine.complete(with: [])
        #expect(machine.next(nowMs: 1) == .failed(.denied(v4(1))))
    }

    @Test func anAttemptIsNotGivenUpForAddressesThatMayNotCome() {
        var machine = Self.incomplete(v4(1))
        _ = machine.next(nowMs: 0)
        _ = machine.started(nowMs: 0)
        #expect(machine.next(nowMs: 4_000) == .wait(untilMs: 10_000))
        machine.complete(with: [v6(1)])
        #expect(machine.next(nowMs: 4_000) == .giveUp(0))
    }

    @Test func behindEightAddressesNothingIsAwaited() {
        var machine = HappyEyeballs((1...8).map { Self.v4($0) }, isComplete: false, limits: Self.limits)
        for _ in 0..<8 {
            _ = machine.next(nowMs: 0)
            machine.refused(.connectionRefused)
        }
        let failure = DialFailure(errno: .connectionRefused, address: v4(1))
        #expect(machine.next(nowMs: 0) == .failed(.dial(failure)))
    }

    // MARK: The end

    @Test func theMostTellingErrorIsReported() {
        var machine = Self.machine([v6(1), v4(1), v4(2)])
        for errno in [Self.unreachable, .connectionRefused, .timedOut] {
            _ = machine.next(nowMs: 0)
            machine.refused(errno)
        }
        let failure = DialFailure(errno: .connectionRefused, address: v4(1))
        #expect(machine.next(nowMs: 0) == .failed(.dial(failure)))
    }

    @Test func nothingButDeniedAddressesIsADenial() {
        var machine = Self.machine([v6(1), v4(1)])
        for _ in 0..<2 {
            _ = machine.next(nowMs: 0)
            machine.denied()
        }
        #expect(machine.next(nowMs: 0) == .failed(.denied(v6(1))))
    }

    @Test func noAddressAtAllIsATimeOutOfNone() {
        var machine = Self.machine([])
        #expect(machine.next(nowMs: 0) == .failed(.dial(DialFailure(errno: .timedOut, address: nil))))
    }

    // MARK: Any course of events

    @Test("random courses: staggers, caps and judgements hold, and there is one end", arguments: UInt64(1)...8)
    func randomCourses(seed: UInt64) {
        for round in UInt64(0)..<500 {
            let course = HappyEyeballsCourse(seed: seed &* 1_000_003 &+ round)
            course.run()
            #expect(course.violations == [], "seed \(seed), round \(round)")
        }
    }

    private func v4(_ number: UInt32) -> SocketAddress { Self.v4(number) }
    private func v6(_ number: UInt64) -> SocketAddress { Self.v6(number) }
}
