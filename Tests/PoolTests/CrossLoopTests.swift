import Testing

@testable import Pool

@Suite("Between two loops")
struct CrossLoopTests {
    let shared = SharedOrigins<String>(loopCount: 2)

    static func limits(sockets: Int) -> PoolLimits {
        var limits = PoolLimits()
        limits.maxSockets = sockets
        return limits
    }

    @Test("a free socket of another loop is asked for before a new one is dialled")
    func askBeforeDial() throws {
        var here = OneLoop(shared, loop: 0)
        var there = OneLoop(shared, loop: 1)
        let socket = try there.open(1)
        let connection = there.pool[socket]
        #expect(there.release(socket) == .park)
        guard case .ask(loop: 1, _) = here.acquire(2, at: 500) else {
            Issue.record("not asked")
            return
        }
        let given = try there.asked()
        #expect(given.connection == connection && given.answersQuestion && given.idleSinceMs == 0)
        let arrival = here.pool.received("origin", given, nowMs: 600, &here.actions)
        #expect(arrival.action == .use(2))
        #expect(here.pool[arrival.socket] == connection)
        #expect(here.drained().isEmpty)
        #expect(shared.totalSockets(of: "origin") == 1)
    }

    @Test("a request that cannot be repeated dials although another loop has a free socket")
    func freshDoesNotAsk() throws {
        var here = OneLoop(shared, loop: 0)
        var there = OneLoop(shared, loop: 1)
        let socket = try there.open(1)
        #expect(there.release(socket) == .park)
        _ = try here.acquireDial(2, fresh: true)
    }

    @Test("one question is asked per free socket; further requests dial")
    func noSecondQuestion() throws {
        var here = OneLoop(shared, loop: 0)
        var there = OneLoop(shared, loop: 1)
        let socket = try there.open(1)
        #expect(there.release(socket) == .park)
        guard case .ask = here.acquire(2) else {
            Issue.record("not asked")
            return
        }
        _ = try here.acquireDial(3)
    }

    @Test("a question answered with nothing leads to a dial")
    func askInVain() throws {
        var here = OneLoop(shared, loop: 0)
        var there = OneLoop(shared, loop: 1)
        let socket = try there.open(1)
        #expect(there.release(socket) == .park)
        guard case .ask(loop: 1, let waiter) = here.acquire(2) else {
            Issue.record("not asked")
            return
        }
        #expect(there.acquire(3) == .use(socket))
        let answer = there.pool.asked("origin")
        #expect(answer?.connection == nil)
        here.pool.askFailed("origin", &here.actions)
        #expect(here.drained() == [.dial(here.origin, waiter, 2)])
    }

    @Test("the limit holds over both loops, and a freed socket goes to the loop that waits")
    func giveToWaitingLoop() throws {
        var here = OneLoop(shared, loop: 0, Self.limits(sockets: 1))
        var there = OneLoop(shared, loop: 1, Self.limits(sockets: 1))
        let socket = try there.open(1)
        let connection = there.pool[socket]
        _ = try here.acquireQueued(2)
        #expect(there.release(socket, at: 5) == .give(loop: 0))
        let given = GivenSocket(connection: connection, idleSinceMs: 5, idleLimitMs: 15_000)
        #expect(here.pool.received("origin", given, nowMs: 6, &here.actions).action == .use(2))
        #expect(there.pool.snapshot().origins.first?.inUse == 0)
    }

    @Test("with requests waiting on both loops they take turns")
    func turns() throws {
        var here = OneLoop(shared, loop: 0, Self.limits(sockets: 1))
        var there = OneLoop(shared, loop: 1, Self.limits(sockets: 1))
        let socket = try there.open(1)
        for waiter in WaiterID(2)...4 { _ = try there.acquireQueued(waiter) }
        _ = try here.acquireQueued(5)
        #expect(there.release(socket) == .use(2))
        #expect(there.release(socket) == .give(loop: 0))
    }

    @Test("a freed slot is handed to the loop that waits and cannot be overtaken")
    func grant() throws {
        var here = OneLoop(shared, loop: 0, Self.limits(sockets: 1))
        var there = OneLoop(shared, loop: 1, Self.limits(sockets: 1))
        let socket = try there.open(1)
        let waiter = try here.acquireQueued(2)
        #expect(there.closed(socket) == [.grant(there.origin, loop: 0)])
        #expect(shared.totalSockets(of: "origin") == 1)
        _ = try there.acquireQueued(3)
        here.pool.granted("origin", &here.actions)
        #expect(here.drained() == [.dial(here.origin, waiter, 2)])
    }

    @Test("a slot granted to a loop that no longer waits goes on to one that does")
    func grantPassedOn() throws {
        var here = OneLoop(shared, loop: 0, Self.limits(sockets: 1))
        var there = OneLoop(shared, loop: 1, Self.limits(sockets: 1))
        let socket = try there.open(1)
        let waiter = try here.acquireQueued(2)
        #expect(there.closed(socket) == [.grant(there.origin, loop: 0)])
        #expect(here.pool.cancel(waiter) == true)
        let late = try there.acquireQueued(3)
        here.pool.granted("origin", &here.actions)
        #expect(here.drained() == [.grant(here.origin, loop: 1)])
        there.pool.granted("origin", &there.actions)
        #expect(there.drained() == [.dial(there.origin, late, 3)])
    }

    @Test("at the cap a socket too old for the request is closed for its slot")
    func staleAnswer() throws {
        var here = OneLoop(shared, loop: 0, Self.limits(sockets: 1))
        var there = OneLoop(shared, loop: 1, Self.limits(sockets: 1))
        let socket = try there.open(1)
        #expect(there.release(socket, at: 0) == .park)
        guard case .ask(loop: 1, let waiter) = here.acquire(2, at: 5000, fresh: true) else {
            Issue.record("not asked")
            return
        }
        let given = try there.asked()
        let arrival = here.pool.received("origin", given, nowMs: 5000, &here.actions)
        #expect(arrival.action == .close)
        #expect(here.closed(arrival.socket) == [.dial(here.origin, waiter, 2)])
    }

    @Test("a socket that arrives for an origin forgotten meanwhile is parked, and still counted")
    func arrivalAfterForgetting() throws {
        var here = OneLoop(shared, loop: 0)
        _ = here.sweep(at: 0)
        _ = here.sweep(at: 60_000)
        var there = OneLoop(shared, loop: 1)
        let socket = try there.open(1)
        let given = GivenSocket(connection: there.pool[socket], idleSinceMs: 60_000, idleLimitMs: 15_000)
        let arrival = here.pool.received("origin", given, nowMs: 60_000, &here.actions)
        #expect(arrival.action == .park)
        #expect(shared.totalSockets(of: "origin") == 1)
    }
}
