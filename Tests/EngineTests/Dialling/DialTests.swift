import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct DialTests {
    private final class Owner: DialOwner {
        let loop: EventLoop
        var connected: Socket?
        var failure: DialFailure?
        var calls = 0

        init(_ loop: EventLoop) { self.loop = loop }

        func dial(_ dial: Dial, connected socket: Socket) {
            calls += 1
            connected = socket
            loop.stop()
        }

        func dial(_ dial: Dial, failed failure: DialFailure) {
            calls += 1
            self.failure = failure
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

        func dial(_ addresses: [SocketAddress], timeoutMs: UInt64 = 5_000, attemptMs: UInt64 = 5_000) -> Dial {
            Dial(
                loop: loop, addresses: addresses, tcp: TCPOptions(), timeoutMs: timeoutMs, attemptMs: attemptMs,
                owner: owner)
        }
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
        #expect(bench.loop.nowMs - start < 1_000)
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
}
