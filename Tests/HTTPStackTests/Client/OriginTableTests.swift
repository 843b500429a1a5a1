import Pool
import TestSupport
import Testing

@testable import HTTPStack

@Suite struct OriginTableTests {
    private func makePool() -> Pool<OriginKey, Int> {
        Pool(loopIndex: 0, shared: SharedOrigins(loopCount: 1), limits: PoolLimits())
    }

    private func find(_ table: OriginTable, _ host: String, _ port: UInt16) -> OriginRef? {
        Array(host.utf8).withUnsafeBytes { table.find($0, port: port) }
    }

    @Test func hostIsFoundInAnyCaseAndPortsAreKeptApart() {
        var pool = makePool()
        var table = OriginTable()
        let first = OriginKey(host: "Example.COM", port: 80)
        let second = OriginKey(host: "example.com", port: 8080)
        let firstRef = pool.origin(for: first)
        let secondRef = pool.origin(for: second)
        table.insert(first, firstRef)
        table.insert(second, secondRef)
        for host in ["example.com", "EXAMPLE.com", "eXaMpLe.CoM"] {
            #expect(find(table, host, 80) == firstRef)
            #expect(find(table, host, 8080) == secondRef)
        }
        #expect(find(table, "example.com", 443) == nil)
        #expect(find(table, "example.co", 80) == nil)
        #expect(find(table, "example.comm", 80) == nil)
    }

    @Test func characterThatDiffersByTheCaseBitAloneIsAnotherHost() {
        var pool = makePool()
        var table = OriginTable()
        let key = OriginKey(host: "a-b", port: 80)
        table.insert(key, pool.origin(for: key))
        // 0x2d and 0x0d differ in the bit that tells cases apart; neither is a letter.
        #expect(find(table, "a\rb", 80) == nil)
    }

    @Test func sameKeyAgainReplaces() {
        var pool = makePool()
        var table = OriginTable()
        let key = OriginKey(host: "a", port: 1)
        table.insert(key, pool.origin(for: key))
        let later = pool.origin(for: OriginKey(host: "b", port: 2))
        table.insert(key, later)
        #expect(find(table, "a", 1) == later)
    }

    @Test func thousandsOfOriginsAreAllFoundAndTooManyEmptyTheTable() {
        var pool = makePool()
        var table = OriginTable()
        var refs: [OriginRef] = []
        for index in 0..<16_384 {
            let key = OriginKey(host: "host-\(index).example", port: UInt16(index % 7))
            refs.append(pool.origin(for: key))
            table.insert(key, refs[index])
        }
        for index in 0..<16_384 { #expect(find(table, "HOST-\(index).example", UInt16(index % 7)) == refs[index]) }

        let more = OriginKey(host: "one.more", port: 80)
        let ref = pool.origin(for: more)
        table.insert(more, ref)
        #expect(find(table, "one.more", 80) == ref)
        #expect(find(table, "host-0.example", 0) == nil, "one-off origins do not stay")
    }

    @Test func keyIsLowerCaseAndDescribesItself() {
        #expect(OriginKey(host: "A.b", port: 80).description == "a.b:80")
        #expect(OriginKey(host: "::1", port: 81).description == "[::1]:81")
    }
}
