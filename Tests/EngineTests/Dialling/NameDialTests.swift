import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct NameDialTests {
    private final class Owner: NameDialOwner {
        let loop: EventLoop
        var connected: Socket?
        var failure: ConnectFailure?
        var calls = 0

        init(_ loop: EventLoop) { self.loop = loop }

        func nameDial(_ dial: NameDial, connected socket: Socket) {
            calls += 1
            connected = socket
            loop.stop()
        }

        func nameDial(_ dial: NameDial, failed failure: ConnectFailure) {
            calls += 1
            self.failure = failure
            loop.stop()
        }
    }

    /// Everything on one loop, which the test runs itself.
    private final class Bench {
        let loop: EventLoop
        let watchdog: Watchdog
        let dns: ScriptedDNS
        let connector: Connector
        let owner: Owner

        init(timeoutMs: UInt64 = 5_000, script: @escaping ScriptedDNS.Script) throws {
            loop = try EventLoop()
            watchdog = Watchdog(loop)
            let dns = try ScriptedDNS(script)
            self.dns = dns
            let resolver = try Resolver(options: .quiet { $0.servers = [dns.address] }, loop: loop)
            connector = Connector(loop: loop, resolver: resolver, timeoutMs: timeoutMs)
            owner = Owner(loop)
        }

        func dial(
            _ host: String, port: UInt16, from localAddress: String? = nil, path: String? = nil,
            judge: (any AddressJudge)? = nil
        ) -> NameDial {
            NameDial(
                connector: connector, host: host, port: port, localAddress: localAddress, socketPath: path,
                judge: judge, owner: owner)
        }

        func end() {
            owner.connected?.close()
            connector.resolver.shutdown()
            loop.run()
            dns.end()
        }
    }

    private static let loopback: ScriptedDNS.Script = { _, type in type == .a ? .records([.a(127, 0, 0, 1)]) : .nodata }

    @Test func aNameIsResolvedAndConnectedTo() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        let dial = bench.dial("name.example", port: backlog.address.port)
        dial.start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(dial.resolveNs > 0)
    }

    @Test func connectingTakesNoTimeOnAClockThatStandsStill() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        let dial = bench.dial("127.0.0.1", port: backlog.address.port)
        dial.start()
        // No turn in between: the loop has read its clock once.
        let attempt = Dial(loop: bench.loop, young: bench.connector.young)
        dial.dial(attempt, connected: Socket(closedOn: bench.loop))
        #expect(bench.owner.calls == 1 && dial.connectNs == 0)
    }

    @Test func aDialThatNobodyHoldsStaysAliveUntilItIsOver() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.dial("name.example", port: backlog.address.port).start()
        bench.loop.run()
        #expect(!bench.watchdog.hasBitten)
        #expect(bench.owner.connected != nil)
    }

    @Test func aDialIsReleasedWhenItIsOver() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        var dial: NameDial? = bench.dial("127.0.0.1", port: backlog.address.port)
        weak let weakly = dial
        dial?.start()
        dial = nil
        bench.loop.run()
        #expect(bench.owner.connected != nil)
        #expect(weakly == nil)
    }

    @Test func aNameThatDoesNotExistFailsWithThatReason() throws {
        let bench = try Bench { _, _ in .nxdomain }
        defer { bench.end() }
        bench.dial("none.example", port: 80).start()
        bench.loop.run()
        #expect(bench.owner.failure == .resolve(.notFound))
        #expect(bench.owner.calls == 1)
    }

    @Test func aBadNameFailsButNotInsideStart() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        bench.dial("bad name", port: 80).start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        #expect(bench.owner.failure == .resolve(.badName))
    }

    @Test func anAddressThatMayNotBeDialledIsNotDialled() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.connector.mayDial = { !$0.isLoopback }
        bench.dial("inside.example", port: backlog.address.port).start()
        bench.loop.run()
        #expect(bench.owner.failure == .denied(backlog.address))
        #expect(bench.owner.connected == nil)
    }

    private final class Judge: AddressJudge {
        let allows: (SocketAddress) -> Bool
        init(_ allows: @escaping (SocketAddress) -> Bool) { self.allows = allows }
        func mayDial(_ address: SocketAddress) -> Bool { allows(address) }
    }

    @Test func aJudgeDeniesWhatTheConnectorAllows() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.dial("inside.example", port: backlog.address.port, judge: Judge { !$0.isLoopback }).start()
        bench.loop.run()
        #expect(bench.owner.failure == .denied(backlog.address))
        #expect(backlog.pending == 0)
    }

    @Test func aJudgeAllowsNothingThatTheConnectorDenies() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.connector.mayDial = { !$0.isLoopback }
        bench.dial("inside.example", port: backlog.address.port, judge: Judge { _ in true }).start()
        bench.loop.run()
        #expect(bench.owner.failure == .denied(backlog.address))
    }

    @Test func theAddressAtTheOtherEndIsKnownOnceConnected() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        let dial = bench.dial("name.example", port: backlog.address.port)
        dial.start()
        #expect(dial.peerAddress == nil)
        bench.loop.run()
        #expect(dial.peerAddress == backlog.address)
    }

    @Test func theFamilyThatWonIsTriedFirstTheNextTime() throws {
        let bench = try Bench { _, _ in .nxdomain }
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        var asked: [CInt] = []
        bench.connector.mayDial = {
            asked.append($0.family)
            return true
        }
        // Below localhost by definition: ::1, where nobody listens, then 127.0.0.1. Each is asked for, and the winner twice.
        for expected in [[AF_INET6, AF_INET, AF_INET], [AF_INET, AF_INET]] {
            asked = []
            bench.dial("both.localhost", port: backlog.address.port).start()
            while bench.owner.connected == nil, !bench.watchdog.hasBitten { bench.loop.runTurn(timeoutMs: 100) }
            #expect(asked == expected)
            bench.owner.connected?.close()
            bench.owner.connected = nil
        }
    }

    @Test func aDialThatIsOverIsRenewedForAnotherHost() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let (first, second) = (try Backlog(full: false), try Backlog(full: false))
        let dial = NameDial(bench.connector)
        for (host, backlog) in [("name.example", first), ("127.0.0.1", second), ("other.example", first)] {
            dial.renew(
                host: host, port: backlog.address.port, addresses: [], speaksFirst: false, judge: nil,
                owner: bench.owner)
            #expect(dial.peerAddress == nil && dial.resolveNs == 0)
            dial.start()
            while bench.owner.connected == nil, !bench.watchdog.hasBitten { bench.loop.runTurn(timeoutMs: 100) }
            #expect(dial.peerAddress == backlog.address)
            bench.owner.connected?.close()
            bench.owner.connected = nil
        }
        #expect(bench.owner.calls == 3)
    }

    @Test func addressesThatAreKnownAreNotLookedUp() throws {
        let bench = try Bench { _, _ in .silence }
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        let dial = NameDial(bench.connector)
        dial.renew(
            host: "name.example", port: backlog.address.port, addresses: [backlog.address], speaksFirst: false,
            judge: nil,
            owner: bench.owner)
        dial.start()
        bench.loop.run()
        #expect(bench.owner.connected?.peerAddress == backlog.address)
        #expect(bench.connector.resolver.statistics.misses == 0)
    }

    @Test func theJudgeOfADialIsLetGoWhenItIsOver() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        final class Judge: AddressJudge { func mayDial(_ address: SocketAddress) -> Bool { true } }
        var judge: Judge? = Judge()
        weak let weakly = judge
        let dial = bench.dial("127.0.0.1", port: backlog.address.port, judge: judge)
        judge = nil
        dial.start()
        #expect(weakly != nil)
        bench.loop.run()
        #expect(weakly == nil)
    }

    @Test func silenceOfTheServersEndsByTheDialsDeadline() throws {
        let bench = try Bench(timeoutMs: 50) { _, _ in .silence }
        defer { bench.end() }
        let start = bench.loop.nowMs
        bench.dial("silent.example", port: 80).start()
        bench.loop.run()
        #expect(bench.owner.failure == .resolve(.timedOut))
        #expect(bench.loop.nowMs - start < 4_000)
    }

    @Test func aCancelledDialIsHeardOfNoMore() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        let dial = bench.dial("name.example", port: backlog.address.port)
        dial.start()
        dial.cancel()
        // Joins the same look-up, so it ends after the cancelled one would have heard.
        bench.dial("name.example", port: backlog.address.port).start()
        bench.loop.run()
        #expect(bench.owner.calls == 1)
    }

    @Test func aDialFromALocalAddressIsBoundToIt() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.dial("127.0.0.1", port: backlog.address.port, from: "127.0.0.2").start()
        bench.loop.run()
        #expect(bench.owner.connected?.localAddress?.host == "127.0.0.2")
        #expect(bench.owner.connected?.localAddress?.port != 0)
    }

    @Test(arguments: [
        // Not of this machine, of the other family, no address.
        "192.0.2.1", "::1", "localhost",
    ])
    func aDialFromAnAddressThatCannotBeBoundFails(localAddress: String) throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        let backlog = try Backlog(full: false)
        bench.dial("127.0.0.1", port: backlog.address.port, from: localAddress).start()
        #expect(bench.owner.calls == 0)
        bench.loop.run()
        guard case .dial(let failure) = bench.owner.failure else {
            Issue.record("\(String(describing: bench.owner.failure))")
            return
        }
        #expect(failure.errno == .addressNotAvailable)
    }

    @Test func aSocketPathIsDialledInPlaceOfTheName() throws {
        let bench = try Bench { _, _ in .nxdomain }
        defer { bench.end() }
        let path = "/tmp/name-dial-\(getpid()).socket"
        let address = SocketAddress.unix(path: path)
        let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer {
            close(listener)
            unlink(path)
        }
        try #require(address.withRaw { bind(listener, $0, $1) } == 0 && listen(listener, 1) == 0)
        bench.dial("none.example", port: 80, path: path).start()
        bench.loop.run()
        #expect(bench.owner.connected != nil)
    }

    @Test func aSocketPathThatIsTooLongFails() throws {
        let bench = try Bench(script: Self.loopback)
        defer { bench.end() }
        bench.dial("", port: 80, path: "/tmp/" + String(repeating: "x", count: 103)).start()
        bench.loop.run()
        guard case .dial(let failure) = bench.owner.failure else {
            Issue.record("\(String(describing: bench.owner.failure))")
            return
        }
        #expect(failure.errno == .nameTooLong)
    }
}
