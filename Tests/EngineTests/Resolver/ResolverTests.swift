import TestSupport
import Testing

@testable import Engine

@Suite struct ResolverTests {
    @Test func anAddressRecordIsFound() async throws {
        let rig = try ResolverRig { _, type in type == .a ? .records([.a(192, 0, 2, 1)]) : .nodata }
        defer { rig.end() }
        #expect(await rig.hosts(of: "a.example") == ["192.0.2.1"])
    }

    @Test func addressesOfBothFamiliesAreDelivered() async throws {
        let rig = try ResolverRig { _, type in type == .a ? .records([.a(192, 0, 2, 1)]) : .records([.aaaa(7)]) }
        defer { rig.end() }
        #expect(Set(await rig.hosts(of: "both.example")) == ["192.0.2.1", "2001:db8::7"])
        #expect(rig.dns.questions.count == 2)
    }

    @Test func aNameWithIPv6OnlyIsFound() async throws {
        let rig = try ResolverRig { _, type in type == .aaaa ? .records([.aaaa(9)]) : .nodata }
        defer { rig.end() }
        #expect(await rig.hosts(of: "six.example") == ["2001:db8::9"])
    }

    @Test(arguments: [(ResolverOptions.Family.ipv4, DNSType.a), (.ipv6, .aaaa)])
    func onlyTheWantedFamilyIsAskedFor(family: ResolverOptions.Family, type: DNSType) async throws {
        let rig = try ResolverRig(.quiet { $0.family = family }) { _, type in
            type == .a ? .records([.a(192, 0, 2, 1)]) : .records([.aaaa(7)])
        }
        defer { rig.end() }
        #expect(await rig.hosts(of: "one.example").count == 1)
        #expect(rig.dns.questions.map(\.type) == [type.rawValue])
    }

    @Test func ofManyAddressesTheFirstOfEachFamilyAreKept() async throws {
        let rig = try ResolverRig { _, type in
            .records((1...40).map { type == .a ? .a(192, 0, 2, $0) : .aaaa($0) })
        }
        defer { rig.end() }
        let hosts = await rig.hosts(of: "many.example")
        #expect(hosts.filter { $0.hasPrefix("192.0.2.") } == (1...16).map { "192.0.2.\($0)" })
        #expect(hosts.count == 32)
    }

    @Test func anAliasIsFollowedToItsAddress() async throws {
        let rig = try ResolverRig { _, type in
            guard type == .a else { return .records([.cname("real.example")]) }
            return .records([.cname("real.example"), .a(192, 0, 2, 5, owner: "real.example")])
        }
        defer { rig.end() }
        #expect(await rig.hosts(of: "alias.example") == ["192.0.2.5"])
    }

    @Test func theSecondQuestionIsAnsweredAtOnceFromTheCache() async throws {
        let rig = try ResolverRig { _, type in type == .a ? .records([.a(192, 0, 2, 1)]) : .nodata }
        defer { rig.end() }
        _ = await rig.resolve("cached.example")
        let again = await rig.home.on { [resolver = rig.resolver] loop in
            resolver.resolve("CACHED.example.", on: loop) { _ in }
        }
        guard case .ready(.success(let found)) = again else {
            Issue.record("not from the cache: \(again)")
            return
        }
        #expect(found.fromCache)
        #expect(found.addresses == [.ipv4(address: 0xc000_0201, port: 0)])
        #expect(rig.dns.questions.count == 2)
        #expect(rig.resolver.statistics.hits == 1)
    }

    @Test func aNumericHostAsksNobody() async throws {
        let rig = try ResolverRig(.quiet { $0.family = .ipv4 }) { _, _ in .servfail }
        defer { rig.end() }
        #expect(await rig.hosts(of: "192.0.2.77") == ["192.0.2.77"])
        #expect(await rig.hosts(of: "::1") == ["::1"])
        #expect(rig.dns.questions.isEmpty)
    }

    @Test(arguments: ["", ".", "a..b", "127.1", "0x7f.1", "sp ace", "caf\u{e9}.example", "a:b"])
    func aMalformedNameAsksNobody(name: String) async throws {
        let rig = try ResolverRig { _, _ in .records([.a(192, 0, 2, 1)]) }
        defer { rig.end() }
        #expect(await rig.hosts(of: name) == ["dns_badname"])
        #expect(rig.dns.questions.isEmpty)
    }

    @Test func localhostIsLoopbackWithoutAServer() async throws {
        let rig = try ResolverRig { _, _ in .nxdomain }
        defer { rig.end() }
        #expect(await rig.hosts(of: "localhost") == ["::1", "127.0.0.1"])
        #expect(await rig.hosts(of: "some.Localhost.") == ["::1", "127.0.0.1"])
        #expect(rig.dns.questions.isEmpty)
    }

    @Test func aSearchDomainIsAppendedToAShortName() async throws {
        let rig = try ResolverRig(.quiet { $0.searchDomains = ["corp.example"] }) { name, type in
            name == "db.corp.example" && type == .a ? .records([.a(192, 0, 2, 8)]) : .nxdomain
        }
        defer { rig.end() }
        #expect(await rig.hosts(of: "db") == ["192.0.2.8"])
    }

    @Test func aRootDotForbidsSearchDomains() async throws {
        let rig = try ResolverRig(.quiet { $0.searchDomains = ["corp.example"] }) { name, type in
            name == "db.corp.example" && type == .a ? .records([.a(192, 0, 2, 8)]) : .nxdomain
        }
        defer { rig.end() }
        #expect(await rig.hosts(of: "db.") == ["dns_nxdomain"])
        #expect(Set(rig.dns.questions.map(\.name)) == ["db"])
    }

    @Test func theNextServerIsAskedWhenOneIsSilent() async throws {
        let silent = try ScriptedDNS { _, _ in .silence }
        defer { silent.end() }
        let second = try ScriptedDNS { _, type in type == .a ? .records([.a(192, 0, 2, 3)]) : .nodata }
        defer { second.end() }
        let options = ResolverOptions.quiet {
            $0.servers = [silent.address, second.address]
            $0.timeoutMs = 2_000
            $0.tries = 1
        }
        let rig = try ResolverRig(options) { _, _ in .silence }
        defer { rig.end() }
        #expect(await rig.hosts(of: "second.example") == ["192.0.2.3"])
        #expect(!silent.questions.isEmpty)
    }

    @Test(arguments: [(DNSType.a, "192.0.2.4"), (.aaaa, "2001:db8::4")])
    func whoWantsItEarlyIsToldOfOneFamilyWhenTheOtherStaysSilent(type: DNSType, host: String) async throws {
        let rig = try ResolverRig(.quiet { $0.timeoutMs = 60_000 }) { _, asked in
            guard asked == type else { return .silence }
            return .records([type == .a ? .a(192, 0, 2, 4) : .aaaa(4)])
        }
        defer { rig.end() }
        // The second asks when the first has been told, and is told too.
        for _ in 0...1 {
            let answer = await withCheckedContinuation { (done: CheckedContinuation<ResolverRig.Answer, Never>) in
                rig.home.loop.post {
                    let waits = Shared(true)
                    _ = rig.resolver.resolve("half.example", on: rig.home.loop, early: true) { answer in
                        // At the end of the test it is told of the end as well.
                        let isFirst = waits.update { waits in
                            defer { waits = false }
                            return waits
                        }
                        if isFirst { done.resume(returning: answer) }
                    }
                }
            }
            let found = try answer.get()
            #expect(found.addresses.map(\.host) == [host] && !found.isComplete)
        }
        #expect(rig.resolver.statistics.inFlight == 1)
    }

    @Test func addressesAreDeliveredWhenOnlyTheOtherFamilyStaysSilent() async throws {
        let rig = try ResolverRig(.quiet { $0.timeoutMs = 500 }) { _, type in
            type == .a ? .records([.a(192, 0, 2, 4)]) : .silence
        }
        defer { rig.end() }
        #expect(await rig.hosts(of: "half.example") == ["192.0.2.4"])
    }
}
