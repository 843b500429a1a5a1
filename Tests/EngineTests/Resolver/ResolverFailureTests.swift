import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct ResolverFailureTests {
    @Test func aNameThatDoesNotExistIsRemembered() async throws {
        let rig = try ResolverRig(.quiet { $0.negativeTTLMs = 60_000 }) { _, _ in .nxdomain }
        defer { rig.end() }
        #expect(await rig.hosts(of: "none.example") == ["dns_nxdomain"])
        let asked = rig.dns.questions.count
        #expect(await rig.hosts(of: "none.example") == ["dns_nxdomain"])
        #expect(rig.dns.questions.count == asked)
        #expect(rig.resolver.statistics.negativeHits == 1)
        #expect(rig.resolver.statistics.failures == 1)
    }

    @Test func aNameWithoutAddressesIsNotTheSameAsNoName() async throws {
        let rig = try ResolverRig { _, _ in .nodata }
        defer { rig.end() }
        #expect(await rig.hosts(of: "mx.example") == ["dns_nodata"])
    }

    @Test func aFailingServerIsNamedAsSuch() async throws {
        let rig = try ResolverRig { _, _ in .servfail }
        defer { rig.end() }
        #expect(await rig.hosts(of: "fail.example") == ["dns_servfail"])
    }

    @Test func aRefusingServerIsNamedAsSuch() async throws {
        let rig = try ResolverRig { _, _ in .refused }
        defer { rig.end() }
        #expect(await rig.hosts(of: "refuse.example") == ["dns_refused"])
    }

    @Test func anAnswerThatDoesNotParseIsABadAnswer() async throws {
        let rig = try ResolverRig { _, _ in .garbage }
        defer { rig.end() }
        #expect(await rig.hosts(of: "garbage.example") == ["dns_badanswer"])
    }

    @Test func silenceEndsWithinTheBudget() async throws {
        let rig = try ResolverRig(
            .quiet {
                $0.timeoutMs = 300
                $0.tries = 3
            }
        ) { _, _ in .silence }
        defer { rig.end() }
        let elapsedMs = try #require(await rig.millisecondsUntil(.timedOut, of: "silent.example"))
        #expect(elapsedMs < 4_000)
        #expect(rig.resolver.statistics.timeouts == 1)
    }

    @Test func theBudgetHoldsEvenWhenTheTriesWouldTakeLonger() async throws {
        // Ten tries of at least 100 ms each, doubling: minutes for c-ares.
        let rig = try ResolverRig(
            .quiet {
                $0.timeoutMs = 250
                $0.tries = 10
            }
        ) { _, _ in .silence }
        defer { rig.end() }
        let elapsedMs = try #require(await rig.millisecondsUntil(.timedOut, of: "silent.example"))
        #expect(elapsedMs < 4_000)
    }

    @Test func tooManyLookUpsFailAtOnce() async throws {
        let rig = try ResolverRig(
            .quiet {
                $0.maxLookups = 1
                $0.timeoutMs = 60_000
            }
        ) { _, _ in .silence }
        defer { rig.end() }
        let second = await rig.home.on { [resolver = rig.resolver] loop in
            _ = resolver.resolve("first.example", on: loop) { _ in }
            return resolver.resolve("second.example", on: loop) { _ in }
        }
        guard case .ready(.failure(.overloaded)) = second else {
            Issue.record("\(second)")
            return
        }
    }

    @Test func aServerWithoutAnAddressIsRefusedAtTheStart() throws {
        var options = ResolverOptions()
        options.servers = [.unix(path: "/run/dns")]
        let loop = try EventLoop()
        #expect(throws: ResolveError.badName) { _ = try Resolver(options: options, loop: loop) }
    }

    @Test func noServerListeningIsUnreachable() async throws {
        let closed = try ScriptedDNS { _, _ in .silence }
        let address = closed.address
        closed.end()
        let rig = try ResolverRig(.quiet { $0.servers = [address] }) { _, _ in .silence }
        defer { rig.end() }
        #expect(await rig.hosts(of: "nobody.example") == ["dns_unreachable"])
    }
}
