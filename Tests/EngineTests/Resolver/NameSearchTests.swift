import Testing

@testable import Engine

/// What is asked, waited for and reported, without servers.
@Suite struct NameSearchTests {
    private static let four = SocketAddress.ipv4(address: 0xc000_0201, port: 0)
    private static let six = SocketAddress.ipv6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0, port: 0)

    private static func search(
        _ names: [String] = ["a.example"], family: ResolverOptions.Family = .any, ipv6GoesFirst: Bool = true
    ) -> NameSearch {
        NameSearch(names, family: family, deadlineMs: 5_000) { _, _ in ipv6GoesFirst }
    }

    private static func found(_ addresses: SocketAddress..., ttlMs: UInt64 = 60_000, isComplete: Bool = true)
        -> LookupOutcome
    {
        let all = ResolvedAddresses(addresses: addresses, source: .dns, isComplete: isComplete)
        return LookupOutcome(result: .success(all), ttlMs: ttlMs)
    }

    /// A search that has asked for its first name.
    private static func asked(
        _ names: [String] = ["a.example"], family: ResolverOptions.Family = .any, ipv6GoesFirst: Bool = true
    ) -> NameSearch {
        var search = search(names, family: family, ipv6GoesFirst: ipv6GoesFirst)
        _ = search.next(nowMs: 0)
        return search
    }

    @Test func `a name is asked for once, and both kinds of it at once`() {
        var search = Self.search()
        #expect(search.wanted == [.aaaa, .a])
        #expect(search.next(nowMs: 0) == .ask("a.example"))
        #expect(search.next(nowMs: 0) == .wait(untilMs: 5_000))
    }

    @Test(arguments: [(ResolverOptions.Family.ipv4, NameSearch.Kind.a), (.ipv6, .aaaa)])
    func `the only wanted kind is waited for alone`(family: ResolverOptions.Family, kind: NameSearch.Kind) {
        var search = Self.asked(family: family)
        #expect(search.wanted == [kind])
        search.answered(kind, Self.found(Self.four), of: "a.example", nowMs: 1)
        #expect(search.next(nowMs: 1) == .done(Self.found(Self.four)))
    }

    // MARK: Both kinds

    @Test(arguments: [true, false])
    func `answers for both are one answer, in the order of the families`(ipv6GoesFirst: Bool) {
        var search = Self.asked(ipv6GoesFirst: ipv6GoesFirst)
        search.answered(.a, Self.found(Self.four, ttlMs: 9_000), of: "a.example", nowMs: 1)
        search.answered(.aaaa, Self.found(Self.six, ttlMs: 8_000), of: "a.example", nowMs: 2)
        let all =
            ipv6GoesFirst
            ? Self.found(Self.six, Self.four, ttlMs: 8_000) : Self.found(Self.four, Self.six, ttlMs: 8_000)
        #expect(search.next(nowMs: 2) == .done(all))
    }

    @Test(arguments: [(NameSearch.Kind.a, four), (.aaaa, six)])
    func `an answer waits for the other no longer than the delay`(kind: NameSearch.Kind, address: SocketAddress) {
        var search = Self.asked()
        search.answered(kind, Self.found(address), of: "a.example", nowMs: 100)
        #expect(search.next(nowMs: 100) == .wait(untilMs: 150))
        #expect(search.next(nowMs: 149) == .wait(untilMs: 150))
        #expect(search.next(nowMs: 150) == .early(Self.found(address, isComplete: false)))
        #expect(search.next(nowMs: 150) == .wait(untilMs: 5_000), "once")
    }

    @Test func `what was reported early is completed by the other answer`() {
        var search = Self.asked()
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 0)
        _ = search.next(nowMs: 50)
        search.answered(.aaaa, Self.found(Self.six), of: "a.example", nowMs: 300)
        #expect(search.next(nowMs: 300) == .done(Self.found(Self.six, Self.four)))
    }

    @Test(arguments: [ResolveError.noAddress, .notFound, .serverFailure, .timedOut])
    func `when the other has none, what was reported early is all there is`(error: ResolveError) {
        var search = Self.asked()
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 0)
        _ = search.next(nowMs: 50)
        search.answered(.aaaa, .failure(error), of: "a.example", nowMs: 300)
        #expect(search.next(nowMs: 300) == .done(Self.found(Self.four)))
    }

    @Test func `no address in one kind says nothing of the other`() {
        var search = Self.asked()
        search.answered(.a, .failure(.noAddress), of: "a.example", nowMs: 0)
        #expect(search.next(nowMs: 3_000) == .wait(untilMs: 5_000))
        search.answered(.aaaa, Self.found(Self.six), of: "a.example", nowMs: 3_000)
        #expect(search.next(nowMs: 3_000) == .done(Self.found(Self.six)))
    }

    @Test func `a name denied for A is denied after the delay, but not one denied for AAAA`() {
        var search = Self.asked()
        search.answered(.a, .failure(.notFound), of: "a.example", nowMs: 0)
        #expect(search.next(nowMs: 0) == .wait(untilMs: 50))
        #expect(search.next(nowMs: 50) == .done(.failure(.notFound)))

        search = Self.asked()
        search.answered(.aaaa, .failure(.notFound), of: "a.example", nowMs: 0)
        #expect(search.next(nowMs: 50) == .wait(untilMs: 5_000))
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 60)
        #expect(search.next(nowMs: 60) == .done(Self.found(Self.four)))
    }

    @Test(arguments: [
        (ResolveError.notFound, ResolveError.notFound, ResolveError.notFound), (.noAddress, .noAddress, .noAddress),
        (.notFound, .noAddress, .noAddress), (.noAddress, .timedOut, .timedOut),
        (.serverFailure, .notFound, .serverFailure),
    ])
    func `without an address, the most that is known is reported`(
        a: ResolveError, aaaa: ResolveError, reported: ResolveError
    ) {
        var search = Self.asked()
        search.answered(.a, .failure(a), of: "a.example", nowMs: 0)
        search.answered(.aaaa, .failure(aaaa), of: "a.example", nowMs: 1)
        #expect(search.next(nowMs: 1) == .done(.failure(reported)))
    }

    // MARK: The deadline

    @Test func `the deadline ends it with what is known`() {
        var search = Self.asked()
        #expect(search.next(nowMs: 5_000) == .done(.failure(.timedOut)))

        search = Self.asked()
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 0)
        _ = search.next(nowMs: 50)
        #expect(search.next(nowMs: 5_000) == .done(Self.found(Self.four)))
        #expect(search.next(nowMs: 5_000) == .wait(untilMs: nil))
    }

    @Test func `addresses that come after the deadline are another end`() {
        var search = Self.asked()
        _ = search.next(nowMs: 5_000)
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 6_000)
        #expect(search.next(nowMs: 6_000) == .done(Self.found(Self.four)))
        search.answered(.aaaa, Self.found(Self.six), of: "a.example", nowMs: 6_001)
        #expect(search.next(nowMs: 6_001) == .done(Self.found(Self.six, Self.four)))
    }

    @Test func `a failure after the deadline is no news, a denial is`() {
        var search = Self.asked()
        _ = search.next(nowMs: 5_000)
        search.answered(.a, .failure(.timedOut), of: "a.example", nowMs: 6_000)
        search.answered(.aaaa, .failure(.timedOut), of: "a.example", nowMs: 6_000)
        #expect(search.next(nowMs: 6_000) == .wait(untilMs: nil))

        search = Self.asked()
        _ = search.next(nowMs: 5_000)
        search.answered(.a, .failure(.notFound), of: "a.example", nowMs: 6_000)
        #expect(search.next(nowMs: 6_000) == .wait(untilMs: nil))
        search.answered(.aaaa, .failure(.notFound), of: "a.example", nowMs: 6_000)
        #expect(search.next(nowMs: 6_000) == .done(.failure(.notFound)))
    }

    @Test func `the other's failure after the deadline does not repeat what was reported`() {
        var search = Self.asked()
        search.answered(.a, Self.found(Self.four), of: "a.example", nowMs: 0)
        _ = search.next(nowMs: 5_000)
        search.answered(.aaaa, .failure(.timedOut), of: "a.example", nowMs: 6_000)
        #expect(search.next(nowMs: 6_000) == .wait(untilMs: nil))
    }

    // MARK: Several names

    @Test func `the next name is asked for when one has no address, and no sooner`() {
        var search = Self.asked(["a.corp", "a"])
        search.answered(.a, .failure(.notFound), of: "a.corp", nowMs: 0)
        #expect(search.next(nowMs: 0) == .wait(untilMs: 50))
        search.answered(.aaaa, .failure(.notFound), of: "a.corp", nowMs: 1)
        #expect(search.next(nowMs: 1) == .ask("a"))
        #expect(search.next(nowMs: 1) == .wait(untilMs: 5_000))
    }

    @Test func `addresses of two names are never mixed`() {
        var search = Self.asked(["a.corp", "a"])
        search.answered(.a, .failure(.notFound), of: "a.corp", nowMs: 0)
        #expect(search.next(nowMs: 50) == .ask("a"))
        search.answered(.aaaa, Self.found(Self.six), of: "a.corp", nowMs: 60)
        search.answered(.a, Self.found(Self.four), of: "a", nowMs: 60)
        search.answered(.aaaa, .failure(.noAddress), of: "a", nowMs: 60)
        #expect(search.next(nowMs: 60) == .done(Self.found(Self.four)))
    }

    @Test func `a failure of the servers ends the search`() {
        var search = Self.asked(["a.corp", "a"])
        search.answered(.a, .failure(.serverFailure), of: "a.corp", nowMs: 0)
        search.answered(.aaaa, .failure(.notFound), of: "a.corp", nowMs: 0)
        #expect(search.next(nowMs: 0) == .done(.failure(.serverFailure)))
    }

    @Test func `a name that exists without an address is remembered to the end`() {
        var search = Self.asked(["a.corp", "a"])
        for kind in search.wanted { search.answered(kind, .failure(.noAddress), of: "a.corp", nowMs: 0) }
        #expect(search.next(nowMs: 0) == .ask("a"))
        for kind in search.wanted { search.answered(kind, .failure(.notFound), of: "a", nowMs: 0) }
        #expect(search.next(nowMs: 0) == .done(.failure(.noAddress)))
    }
}
