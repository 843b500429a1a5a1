import Policy
import Testing

@Suite struct ClientTableTests {
    private func limits(_ change: (inout ClientLimits) -> Void) -> ClientLimits {
        var limits = ClientLimits()
        change(&limits)
        return limits
    }

    @Test func `connections of one client are counted and refused beyond the limit`() throws {
        var table = ClientTable(limits: limits { $0.connections = 2 }, capacity: 10, nowMs: 0)
        let client = ClientKey(ip("192.0.2.1"))
        let first = try table.connect(client, nowMs: 0)
        _ = try table.connect(client, nowMs: 0)
        let refusal = #expect(throws: LimitRefusal.self) { try table.connect(client, nowMs: 0) }
        #expect(refusal?.kind == .connections && refusal?.status == 429)
        _ = try table.connect(ClientKey(ip("192.0.2.2")), nowMs: 0)
        table.disconnect(first, nowMs: 0)
        _ = try table.connect(client, nowMs: 0)
    }

    @Test func `tunnels have a limit of their own`() throws {
        var table = ClientTable(limits: limits { $0.tunnels = 1 }, capacity: 10, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        try table.openTunnel(place)
        #expect(throws: LimitRefusal(kind: .tunnels, retryAfterMs: 1000)) { try table.openTunnel(place) }
        table.closeTunnel(place)
        try table.openTunnel(place)
        #expect(table.inUse(place).tunnels == 1)
    }

    @Test func `requests beyond the rate are told when to come again`() throws {
        let rate = RateLimit(perSecond: 2, burst: 1)
        var table = ClientTable(limits: limits { $0.requests = rate }, capacity: 10, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        try table.beginRequest(place, nowMs: 0)
        let refusal = #expect(throws: LimitRefusal.self) { try table.beginRequest(place, nowMs: 100) }
        #expect(refusal?.retryAfterMs == 400 && refusal?.retryAfterSeconds == 1)
        try table.beginRequest(place, nowMs: 500)
    }

    @Test func `a client who goes and comes back does not get a new burst`() throws {
        let rate = RateLimit(perSecond: 1, burst: 1)
        var table = ClientTable(limits: limits { $0.requests = rate }, capacity: 10, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        try table.beginRequest(place, nowMs: 0)
        table.disconnect(place, nowMs: 0)
        let again = try table.connect(.user("ann"), nowMs: 10)
        #expect(throws: LimitRefusal.self) { try table.beginRequest(again, nowMs: 10) }
    }

    @Test func `directions are shaped apart`() throws {
        let rate = RateLimit(perSecond: 1000, burst: 1000)
        var table = ClientTable(limits: limits { $0.bytesToClient = rate }, capacity: 10, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        #expect(table.moved(1_000_000, .toOrigin, place, nowMs: 0) == 0)
        #expect(table.moved(1500, .toClient, place, nowMs: 0) == 500)
        #expect(table.moved(0, .toClient, place, nowMs: 250) == 250)
        #expect(table.moved(0, .toClient, place, nowMs: 500) == 0)
    }

    @Test func `what was paid in advance and not moved is there for others`() throws {
        let rate = RateLimit(perSecond: 1000, burst: 1000)
        var table = ClientTable(limits: limits { $0.bytesToOrigin = rate }, capacity: 10, nowMs: 0)
        let place = try table.connect(.user("ann"), nowMs: 0)
        #expect(table.moved(1600, .toOrigin, place, nowMs: 0) == 600)
        table.giveBack(600, .toOrigin, place)
        #expect(table.moved(0, .toOrigin, place, nowMs: 0) == 0)
        table.giveBack(9999, .toOrigin, place)
        #expect(table.moved(1001, .toOrigin, place, nowMs: 0) == 1, "never more than the burst")
    }

    @Test func `memory is bounded, and idle clients give way before those who are connected`() throws {
        var table = ClientTable(limits: limits { $0.connections = 5 }, capacity: 4, nowMs: 0)
        let held = try table.connect(.user("x"), nowMs: 0)
        for key in 0..<1000 { table.disconnect(try table.connect(.user("\(key)"), nowMs: 0), nowMs: 0) }
        #expect(table.count == 4)
        #expect(table.inUse(held).connections == 1)
        #expect(table.evictions == 997)
    }

    @Test func `the client unseen for longest gives way first`() throws {
        let rate = RateLimit(perSecond: 1, burst: 1)
        var table = ClientTable(limits: limits { $0.requests = rate }, capacity: 3, nowMs: 0)
        /// Comes, asks once, and goes: refused if it is remembered.
        func isRemembered(_ user: String) throws -> Bool {
            let place = try table.connect(.user(user), nowMs: 0)
            defer { table.disconnect(place, nowMs: 0) }
            return (try? table.beginRequest(place, nowMs: 0)) == nil
        }
        for user in ["a", "b", "c"] { #expect(try !isRemembered(user)) }
        #expect(try isRemembered("a"))
        #expect(try !isRemembered("d"))  // in place of b
        #expect(try isRemembered("c") && isRemembered("a") && isRemembered("d"))
        #expect(try !isRemembered("b"))
    }

    @Test func `clients unseen for long are forgotten, those who are connected are not`() throws {
        var table = ClientTable(limits: ClientLimits(), capacity: 10, nowMs: 0)
        for key in 0..<4 { table.disconnect(try table.connect(.user("\(key)"), nowMs: 0), nowMs: UInt64(key)) }
        let held = try table.connect(.user("held"), nowMs: 0)
        table.forget(unseenSinceMs: 1)
        #expect(table.count == 3)
        table.forget(unseenSinceMs: 100, most: 1)
        #expect(table.count == 2)
        table.forget(unseenSinceMs: 100)
        #expect(table.count == 1 && table.inUse(held).connections == 1)
    }

    @Test func `when all places are held, further clients share one`() throws {
        var table = ClientTable(limits: limits { $0.connections = 2 }, capacity: 1, nowMs: 0)
        let held = try table.connect(.user("0"), nowMs: 0)
        let one = try table.connect(.user("1"), nowMs: 0)
        let two = try table.connect(.user("2"), nowMs: 0)
        #expect(!held.isShared && one.isShared && two.isShared)
        #expect(throws: LimitRefusal.self) { try table.connect(.user("3"), nowMs: 0) }
        table.disconnect(one, nowMs: 0)
        table.disconnect(two, nowMs: 0)
        table.disconnect(held, nowMs: 0)
        #expect(try !table.connect(.user("4"), nowMs: 0).isShared)
    }

    @Test func `IPv6 clients are counted by network`() {
        #expect(ClientKey(ip("2001:db8::1")) == ClientKey(ip("2001:db8::ffff:1")))
        #expect(ClientKey(ip("2001:db8::1")) != ClientKey(ip("2001:db8:0:1::1")))
        #expect(ClientKey(ip("192.0.2.1")) != ClientKey(ip("192.0.2.2")))
        #expect(ClientKey(ip("::ffff:192.0.2.1")) == ClientKey(ip("192.0.2.1")))
    }

    @Test func `random connections are counted like in a dictionary`() throws {
        var random = SplitMix(seed: 13)
        var table = ClientTable(limits: ClientLimits(), capacity: 8, nowMs: 0)
        var open: [(key: Int, place: ClientTable.Place)] = []
        for _ in 0..<20_000 {
            if random.below(2) == 0, open.count < 6 {
                let key = random.below(30)
                open.append((key, try table.connect(.user("\(key)"), nowMs: 0)))
            } else if !open.isEmpty {
                table.disconnect(open.remove(at: random.below(open.count)).place, nowMs: 0)
            }
            #expect(table.count <= 8)
            if let (key, place) = open.first { #expect(table.inUse(place).connections == open.count { $0.key == key }) }
        }
    }
}
