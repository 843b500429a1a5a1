import TestSupport
import Testing

@testable import Engine

@Suite struct LookupTableTests {
    private typealias Table = LookupTable<Int>

    private static func success(ttlMs: UInt64) -> LookupOutcome {
        let addresses = ResolvedAddresses(addresses: [.ipv4(address: 1, port: 0)], source: .dns)
        return LookupOutcome(result: .success(addresses), ttlMs: ttlMs)
    }

    private static func table(_ adjust: (inout ResolverOptions) -> Void = { _ in }) -> Table {
        var options = ResolverOptions()
        adjust(&options)
        return Table(options: options)
    }

    /// Says in a word what became of the question.
    private static func ask(_ table: inout Table, _ name: String, waiter: Int = 0, nowMs: UInt64) -> String {
        switch table.ask(name, waiter: waiter, nowMs: nowMs) {
        case .known(.success(let found)): found.fromCache ? "cached" : "found"
        case .known(.failure(let error)): "\(error.token)"
        case .joined(_, nil): "joined"
        case .joined(_, .some): "joined, known"
        case .started: "started"
        }
    }

    @Test func allWhoAskedForANameAreToldTogether() {
        var table = Self.table()
        #expect(Self.ask(&table, "a", waiter: 1, nowMs: 0) == "started")
        #expect(Self.ask(&table, "a", waiter: 2, nowMs: 0) == "joined")
        #expect(Self.ask(&table, "b", waiter: 3, nowMs: 0) == "started")
        #expect(table.learn("a", Self.success(ttlMs: 60_000), nowMs: 5) == [1, 2])
        #expect(table.statistics.inFlight == 1)
    }

    @Test func anAnswerIsKeptForTheTimeOfItsRecords() {
        var table = Self.table()
        _ = table.learn("a", Self.success(ttlMs: 60_000), nowMs: 1_000)
        #expect(Self.ask(&table, "a", nowMs: 60_999) == "cached")
        #expect(Self.ask(&table, "a", nowMs: 61_000) == "started")
    }

    @Test func aTimeToLiveOfZeroIsASecond() {
        var table = Self.table()
        _ = table.learn("a", Self.success(ttlMs: 0), nowMs: 0)
        #expect(Self.ask(&table, "a", nowMs: 999) == "cached")
        #expect(Self.ask(&table, "a", nowMs: 1_000) == "started")
    }

    @Test func noAnswerIsKeptLongerThanTheLimit() {
        var table = Self.table { $0.maxTTLMs = 2_000 }
        _ = table.learn("a", Self.success(ttlMs: 86_400_000), nowMs: 0)
        #expect(Self.ask(&table, "a", nowMs: 1_999) == "cached")
        #expect(Self.ask(&table, "a", nowMs: 2_000) == "started")
    }

    @Test(arguments: [ResolveError.notFound, .noAddress])
    func aNegativeAnswerIsKeptForItsOwnTime(error: ResolveError) {
        var table = Self.table { $0.negativeTTLMs = 3_000 }
        _ = table.learn("a", .failure(error), nowMs: 0)
        #expect(Self.ask(&table, "a", nowMs: 2_999) == "\(error.token)")
        #expect(Self.ask(&table, "a", nowMs: 3_000) == "started")
    }

    @Test(arguments: [ResolveError.serverFailure, .refused, .unreachable, .timedOut, .badAnswer])
    func aFailureOfTheServersIsKeptForASecond(error: ResolveError) {
        var table = Self.table()
        _ = table.learn("a", .failure(error), nowMs: 0)
        #expect(Self.ask(&table, "a", nowMs: 999) == "\(error.token)")
        #expect(Self.ask(&table, "a", nowMs: 1_000) == "started")
    }

    @Test(arguments: [ResolveError.cancelled, .noResources, .overloaded])
    func aFailureOfOursIsNotKept(error: ResolveError) {
        var table = Self.table()
        _ = table.learn("a", .failure(error), nowMs: 0)
        #expect(Self.ask(&table, "a", nowMs: 0) == "started")
    }

    @Test func anAnswerAfterTheBudgetReplacesTheFailureAndServesWhoAskedSince() {
        var table = Self.table()
        #expect(Self.ask(&table, "a", waiter: 1, nowMs: 0) == "started")
        #expect(table.learn("a", .failure(.timedOut), nowMs: 5_000) == [1])
        #expect(Self.ask(&table, "a", waiter: 2, nowMs: 6_000) == "started")
        #expect(table.learn("a", Self.success(ttlMs: 60_000), nowMs: 6_100) == [2])
        #expect(Self.ask(&table, "a", nowMs: 6_200) == "cached")
        // The second look-up's own end finds nobody left.
        #expect(table.learn("a", Self.success(ttlMs: 60_000), nowMs: 6_300) == [])
        #expect(table.statistics.failures == 1)
        #expect(table.statistics.timeouts == 1)
    }

    @Test func whatIsKnownEarlyIsToldAndTheLookUpGoesOn() {
        var table = Self.table()
        #expect(Self.ask(&table, "a", waiter: 1, nowMs: 0) == "started")
        #expect(table.learn("a", Self.success(ttlMs: 60_000).expectingMore(true), nowMs: 50) == [1])
        #expect(Self.ask(&table, "a", waiter: 2, nowMs: 60) == "joined, known")
        #expect(table.statistics.inFlight == 1 && table.statistics.entries == 0)
        #expect(table.learn("a", Self.success(ttlMs: 60_000), nowMs: 5_000) == [1, 2])
        #expect(Self.ask(&table, "a", nowMs: 5_000) == "cached")
        #expect(table.statistics.inFlight == 0)
    }

    @Test func lookUpsInFlightAreLimited() {
        var table = Self.table { $0.maxLookups = 2 }
        #expect(Self.ask(&table, "a", nowMs: 0) == "started")
        #expect(Self.ask(&table, "b", nowMs: 0) == "started")
        #expect(Self.ask(&table, "c", nowMs: 0) == "dns_overload")
        #expect(Self.ask(&table, "a", nowMs: 0) == "joined")
        _ = table.learn("b", Self.success(ttlMs: 0), nowMs: 1)
        #expect(Self.ask(&table, "c", nowMs: 1) == "started")
    }

    @Test func aClosedTableReturnsItsWaitersOnceAndAnswersNobody() {
        var table = Self.table()
        _ = Self.ask(&table, "a", waiter: 1, nowMs: 0)
        _ = Self.ask(&table, "b", waiter: 2, nowMs: 0)
        #expect(Set(table.close()) == [1, 2])
        #expect(table.close() == [])
        #expect(table.learn("a", Self.success(ttlMs: 60_000), nowMs: 1) == [])
        #expect(Self.ask(&table, "a", nowMs: 2) == "dns_cancelled")
    }

    @Test func `what was found is forgotten, and what is under way serves those who wait and nobody else`() {
        var table = Self.table()
        _ = table.ask("old.example", waiter: 1, nowMs: 0)
        _ = table.learn("old.example", Self.success(ttlMs: 60_000), nowMs: 0)
        _ = table.ask("late.example", waiter: 2, nowMs: 0)
        table.forget()
        #expect(table.known("old.example", nowMs: 1) == nil)
        #expect(table.learn("late.example", Self.success(ttlMs: 60_000), nowMs: 1) == [2])
        #expect(table.known("late.example", nowMs: 2) == nil)
    }
}
