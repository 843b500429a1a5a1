import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct DialTests {
    private final class Owner: DialOwner {
        let loop: EventLoop
        var connected: Socket?
        var failure: DialFailure? { if case .dial(let failure) = end { failure } else { nil } }
        var end: ConnectFailure?
        var calls = 0
        var asked: [SocketAddress] = []
        var allows: (SocketAddress) -> Bool = { _ in true }

        init(_ loop: EventLoop) { self.loop = loop }

        func dial(_ dial: Dial, mayDial address: SocketAddress) -> Bool {
            asked.append(address)
            return allows(address)
        }

        func dial(_ dial: Dial, connected socket: Socket) {
            calls += 1
            connected = socket
            loop.stop()
        }

        func dial(_ dial: Dial, failed failure: ConnectFailure) {
            calls += 1
            end = failure
            loop.stop()
        }
    }

    private struct Bench {
        let loop: EventLoop
        let watchdog: Watchdog
        let owner: Owner

        init() throws {
            loop = try EventLoop()
            watchdog = Watchdog(loop)
            owner = Owner(loop)
        }

        /// A dial that has not begun.
        func dial(
            _ addresses: [SocketAddress], timeoutMs: UInt64 = 5_000, attemptMs: UInt64 = 5_000,
            staggerMs: UInt64 = 5_000
        ) -> Order {
            Order(Dial(loop: loop, young: YoungSockets(loop, TCPOptions()))) { [owner] dial in
                dial.start(
                    addresses, timeoutMs: timeoutMs, attemptMs: attemptMs, staggerMs: staggerMs, owner: owner)
            }
        }

        /// For tests that go on afterwards: until the owner has heard once more.
        func runUntilHeard() {
            let calls = owner.calls
            while owner.calls == calls, !watchdog.hasBitten { loop.runTurn(timeoutMs: 100) }
        }
    }

    /// A dial, and what it is to dial.
    private final class Order {
        let dial: Dial
        private let begin: (Dial) -> Void

        init(_ dial: Dial, _ begin: @escaping (Dial) -> Void) {
            self.dial = dial
            self.begin = begin
        }

        var address: SocketAddress? { dial.address }
        func start() { begin(dial) }
        func cancel() { dial.cancel() }
    }

    @Test func anAddressThatListensIsConnectedTo() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        let dial = bench.dial([backlog.address])
        dial.start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(bench.owner.connected?.owner == nil)
        #expect(dial.address == backlog.address)
        bench.owner.connected?.close()
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func theNextAddressIsTriedWhenOneRefuses() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        bench.dial([try Backlog.refusing(), backlog.address]).start()
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        bench.owner.connected?.close()
    }

    @Test func theNextAddressIsTriedWhenOneIsSilentForTooLong() throws {
        let bench = try Bench()
        let (silent, backlog) = (try Backlog(full: true), try Backlog(full: false))
        bench.dial([silent.address, backlog.address], attemptMs: 30).start()
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        bench.owner.connected?.close()
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func allAddressesRefusingIsARefusal() throws {
        let bench = try Bench()
        let addresses = [try Backlog.refusing(), try Backlog.refusing()]
        bench.dial(addresses).start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.failure == DialFailure(errno: .connectionRefused, address: addresses[0]))
        #expect(bench.owner.calls == 1)
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func aRefusalSaysMoreThanATimeOut() throws {
        let bench = try Bench()
        let silent = try Backlog(full: true)
        let refusing = try Backlog.refusing()
        bench.dial([silent.address, refusing], attemptMs: 20).start()
        bench.loop.run()
        #expect(bench.owner.failure == DialFailure(errno: .connectionRefused, address: refusing))
    }

    @Test func theDeadlineHoldsOverAllAddresses() throws {
        let bench = try Bench()
        let silent = try Backlog(full: true)
        let start = bench.loop.nowMs
        bench.dial(Array(repeating: silent.address, count: 50), timeoutMs: 100, attemptMs: 40).start()
        bench.loop.run()
        #expect(bench.owner.failure?.errno == .timedOut)
        #expect(bench.loop.nowMs - start < 4_000)
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func noAddressAtAllFailsLater() throws {
        let bench = try Bench()
        bench.dial([]).start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.failure?.address == nil)
        #expect(bench.owner.calls == 1)
    }

    @Test func aCancelledDialIsHeardOfNoMore() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        let dial = bench.dial([backlog.address])
        dial.start()
        dial.cancel()
        bench.loop.post { [loop = bench.loop] in loop.post { loop.stop() } }
        bench.loop.run()
        #expect(bench.owner.calls == 0)
        #expect(bench.loop.registeredCount == 0)
    }

    // MARK: Who speaks first

    @Test(arguments: [false, true])
    func thePeerOfWhoeverSpeaksFirstHasTheConnectionWithTheFirstBytes(speaks: Bool) throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        let young = YoungSockets(bench.loop, TCPOptions())
        let dial = Dial(loop: bench.loop, young: young)
        dial.start([backlog.address], speaksFirst: true, timeoutMs: 5_000, attemptMs: 5_000, owner: bench.owner)
        bench.runUntilHeard()
        // Or when there have been none for a while.
        if speaks { bench.owner.connected?.write("first") } else { for _ in 0..<2 { young.silent.timerFired(0) } }
        bench.owner.connected?.flush()
        #expect(backlog.pending == 1)
        bench.owner.connected?.close()
    }

    // MARK: One after another

    @Test func aDialThatIsOverIsStartedAgain() throws {
        let bench = try Bench()
        let (first, second) = (try Backlog(full: false), try Backlog(full: false))
        let dial = Dial(loop: bench.loop, young: YoungSockets(bench.loop, TCPOptions()))
        for backlog in [first, second] {
            dial.start([backlog.address], timeoutMs: 5_000, attemptMs: 5_000, owner: bench.owner)
            bench.runUntilHeard()
            #expect(dial.address == backlog.address)
            #expect(bench.owner.connected?.peerAddress == backlog.address)
            bench.owner.connected?.close()
        }
        #expect(bench.owner.calls == 2)
    }

    @Test func theDeadlineOfTheDialBeforeIsNotThatOfTheNext() throws {
        let bench = try Bench()
        let (backlog, silent) = (try Backlog(full: false), try Backlog(full: true))
        let dial = Dial(loop: bench.loop, young: YoungSockets(bench.loop, TCPOptions()))
        dial.start([backlog.address], timeoutMs: 20, attemptMs: 5_000, owner: bench.owner)
        bench.runUntilHeard()
        bench.owner.connected?.close()
        let startMs = bench.loop.nowMs
        dial.start([silent.address], timeoutMs: 80, attemptMs: 5_000, owner: bench.owner)
        bench.runUntilHeard()
        #expect(bench.owner.failure?.errno == .timedOut)
        #expect(bench.loop.nowMs - startMs >= 80)
        #expect(bench.owner.calls == 2)
    }

    @Test func aDialThatWasCancelledIsStartedAgain() throws {
        let bench = try Bench()
        let (silent, backlog) = (try Backlog(full: true), try Backlog(full: false))
        let dial = Dial(loop: bench.loop, young: YoungSockets(bench.loop, TCPOptions()))
        dial.start([silent.address], timeoutMs: 5_000, attemptMs: 5_000, owner: bench.owner)
        dial.cancel()
        dial.start([backlog.address], timeoutMs: 5_000, attemptMs: 5_000, owner: bench.owner)
        bench.runUntilHeard()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(bench.owner.calls == 1)
        bench.owner.connected?.close()
        #expect(bench.loop.registeredCount == 0)
    }

    // MARK: Side by side

    private static let loopback6 = SocketAddress.ipv6(high: 0, low: 1, scope: 0, port: 0)

    @Test func aSilentAddressIsOvertakenAndItsAttemptClosed() throws {
        let bench = try Bench()
        let (silent, backlog) = (try Backlog(full: true, on: Self.loopback6), try Backlog(full: false))
        bench.dial([silent.address, backlog.address], staggerMs: 20).start()
        #expect(bench.loop.registeredCount == 1)
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(bench.owner.calls == 1)
        bench.owner.connected?.close()
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func aDeadFamilyCostsNoTime() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        bench.dial([try Backlog.refusing(on: Self.loopback6), backlog.address]).start()
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(!bench.watchdog.hasBitten)
        bench.owner.connected?.close()
    }

    @Test func noMoreThanFourAttemptsAreUnderWayAndAllAreClosedInTheEnd() throws {
        let bench = try Bench()
        let silent = try (0..<6).map { _ in try Backlog(full: true) }
        let most = Most()
        bench.owner.allows = { [loop = bench.loop] _ in
            most.value = max(most.value, loop.registeredCount)
            return true
        }
        bench.dial(silent.map(\.address), timeoutMs: 200, attemptMs: 60, staggerMs: 10).start()
        bench.loop.run()
        #expect(most.value == 3, "beside the one that is asked for")
        #expect(bench.owner.failure?.errno == .timedOut)
        #expect(bench.loop.registeredCount == 0)
    }

    private final class Most { var value = 0 }

    @Test func aDialCancelledWithSeveralAttemptsUnderWayLeavesNone() throws {
        let bench = try Bench()
        let silent = try (0..<3).map { _ in try Backlog(full: true) }
        let dial = bench.dial(silent.map(\.address), staggerMs: 1)
        var asked = 0
        bench.owner.allows = { [loop = bench.loop, unowned dial] _ in
            asked += 1
            if asked == 3 {
                loop.soon {
                    dial.cancel()
                    loop.stop()
                }
            }
            return true
        }
        dial.start()
        bench.loop.run()
        #expect(bench.owner.calls == 0 && asked == 3)
        #expect(bench.loop.registeredCount == 0)
    }

    // MARK: Judging

    @Test func anAddressIsJudgedBeforeItIsDialledAndOnceItIsConnected() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        bench.dial([backlog.address]).start()
        #expect(bench.owner.asked == [backlog.address])
        bench.loop.run()
        #expect(bench.owner.asked == [backlog.address, backlog.address])
        bench.owner.connected?.close()
    }

    @Test func deniedAddressesAreSteppedOver() throws {
        let bench = try Bench()
        let (inside, outside) = (try Backlog(full: false), try Backlog(full: false))
        bench.owner.allows = { $0 != inside.address }
        bench.dial([inside.address, outside.address]).start()
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == outside.address)
        #expect(inside.pending == 0)
        bench.owner.connected?.close()
    }

    @Test func theFirstOfNothingButDeniedAddressesIsNamed() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        bench.owner.allows = { _ in false }
        bench.dial([backlog.address, try Backlog.refusing()]).start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.end == .denied(backlog.address) && bench.owner.calls == 1)
        #expect(backlog.pending == 0)
    }

    @Test func aFailureSaysMoreThanADenial() throws {
        let bench = try Bench()
        let (inside, refusing) = (try Backlog(full: false), try Backlog.refusing())
        bench.owner.allows = { $0 != inside.address }
        bench.dial([inside.address, refusing]).start()
        bench.loop.run()
        #expect(bench.owner.failure == DialFailure(errno: .connectionRefused, address: refusing))
    }

    @Test func aSocketIsNotHandedOutWhenItsPeerIsDeniedMeanwhile() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        bench.dial([backlog.address]).start()
        bench.owner.allows = { _ in false }
        bench.loop.run()
        #expect(bench.owner.end == .denied(backlog.address) && bench.owner.connected == nil)
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func theUnspecifiedAddressIsJudgedAsTheLoopbackThatItMeans() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        let unspecified = SocketAddress.ipv4(address: 0, port: backlog.address.port)
        bench.dial([unspecified]).start()
        bench.loop.run()
        #expect(bench.owner.asked == [unspecified, backlog.address, backlog.address])
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        bench.owner.connected?.close()
        #expect(backlog.pending == 1)
        let strict = try Bench()
        strict.owner.allows = { !$0.isLoopback }
        strict.dial([unspecified]).start()
        strict.loop.run()
        #expect(strict.owner.end == .denied(unspecified))
        #expect(backlog.pending == 0)
    }

    /// A port that nobody listens on may be the one that the kernel chooses for this end.
    @Test func aSocketThatIsConnectedToItselfIsARefusal() throws {
        let bench = try Bench()
        let address = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0)).address
        Dial(loop: bench.loop, young: YoungSockets(bench.loop, TCPOptions()))
            .start([address], localAddress: address, timeoutMs: 5_000, attemptMs: 5_000, owner: bench.owner)
        bench.loop.run()
        #expect(bench.owner.failure == DialFailure(errno: .connectionRefused, address: address))
        #expect(bench.loop.registeredCount == 0)
    }

    /// Connecting to ::ffff:0.0.0.0 Linux goes to ::ffff:127.0.0.1: what a rule about loopback has not been asked.
    @Test func aSocketThatLeadsElsewhereIsNotHandedOut() throws {
        let bench = try Bench()
        let backlog = try Backlog(full: false)
        let port = backlog.address.port
        let mapped = SocketAddress.ipv6(high: 0, low: 0xffff_0000_0000, scope: 0, port: port)
        bench.dial([mapped]).start()
        bench.loop.run()
        let loopback = SocketAddress.ipv6(high: 0, low: 0xffff_7f00_0001, scope: 0, port: port)
        #expect(bench.owner.end == .peerDiffers(dialled: mapped, peer: loopback))
        #expect(bench.loop.registeredCount == 0)
    }
}
