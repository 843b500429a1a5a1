import Testing

@testable import Pool

@Suite("Free sockets")
struct FreeSocketTests {
    @Test("the last socket freed is the first used")
    func lastFreedFirstUsed() throws {
        var loop = OneLoop()
        let (one, two) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one, at: 1) == .park)
        #expect(loop.release(two, at: 2) == .park)
        #expect(loop.acquire(3, at: 3) == .use(two))
        #expect(loop.acquire(4, at: 3) == .use(one))
    }

    @Test("a free socket that dies is never used, wherever it stands in the list")
    func deadMiddle() throws {
        var loop = OneLoop()
        let sockets = [try loop.open(1), try loop.open(2), try loop.open(3)]
        for (age, socket) in sockets.enumerated() { #expect(loop.release(socket, at: Int64(age)) == .park) }
        #expect(loop.closed(sockets[1]).isEmpty)
        #expect(loop.acquire(4) == .use(sockets[2]))
        #expect(loop.acquire(5) == .use(sockets[0]))
        #expect(loop.pool.counters.diedIdle == 1)
        #expect(loop.shared.totalSockets(of: "origin") == 2)
    }

    @Test("at the cap a freed socket is parked, not closed as the one too many")
    func parkAtTheCap() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        limits.maxFreeSockets = 1
        var loop = OneLoop(limits)
        let socket = try loop.open(1)
        #expect(loop.release(socket) == .park)
        #expect(loop.acquire(2) == .use(socket))
    }

    @Test("without grace a socket freed above maxFreeSockets is closed at once")
    func strictSurplus() throws {
        var limits = PoolLimits()
        limits.maxFreeSockets = 1
        var loop = OneLoop(limits)
        let (one, two) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one) == .park)
        #expect(loop.release(two) == .close)
        #expect(loop.shared.totalSockets(of: "origin") == 2)
        #expect(loop.closed(two).isEmpty)
        #expect(loop.shared.totalSockets(of: "origin") == 1)
    }

    @Test("with grace the surplus is closed by the sweep, oldest first, once older than the grace")
    func graceSurplus() throws {
        var limits = PoolLimits()
        limits.maxFreeSockets = 1
        limits.freeSurplusGraceMs = 1000
        var loop = OneLoop(limits)
        let (one, two) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one, at: 0) == .park)
        #expect(loop.release(two, at: 10) == .park)
        #expect(loop.sweep(at: 999).isEmpty)
        #expect(loop.sweep(at: 1000) == [.close(one)])
        #expect(loop.closed(one).isEmpty)
        #expect(loop.sweep(at: 5000).isEmpty)
    }

    @Test("a socket past its own idle limit is not used even before the sweep closes it")
    func expiredNotUsed() throws {
        var loop = OneLoop()
        let (one, two) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one, at: 0, limitMs: 9000) == .park)
        #expect(loop.release(two, at: 0, limitMs: 4000) == .park)
        #expect(loop.acquire(3, at: 4000) == .use(one))
        #expect(loop.sweep(at: 4000) == [.close(two)])
    }

    @Test("an idle limit of 0 closes, unless a request waits")
    func noIdleLimit() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        var loop = OneLoop(limits)
        let socket = try loop.open(1)
        _ = try loop.acquireQueued(2)
        #expect(loop.release(socket, limitMs: 0) == .use(2))
        #expect(loop.release(socket, limitMs: -1000) == .close)
    }

    @Test("a request that cannot be repeated dials rather than use a socket idle for the limit")
    func freshDials() throws {
        var loop = OneLoop()
        let socket = try loop.open(1)
        #expect(loop.release(socket, at: 0) == .park)
        #expect(loop.acquire(2, at: 999, fresh: true) == .use(socket))
        #expect(loop.release(socket, at: 1000) == .park)
        _ = try loop.acquireDial(3, at: 2000, fresh: true)
    }

    @Test("at the cap a request that cannot be repeated takes over the slot of an idle socket")
    func freshEvicts() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        var loop = OneLoop(limits)
        let socket = try loop.open(1)
        #expect(loop.release(socket, at: 0) == .park)
        guard case .evict(socket, let waiter) = loop.acquire(2, at: 5000, fresh: true) else {
            Issue.record("not evicted")
            return
        }
        #expect(loop.closed(socket) == [.dial(loop.origin, waiter, 2)])
        #expect(loop.dialled(waiter, at: 5010).action == .use(2))
        #expect(loop.pool.counters.evicted == 1)
    }

    @Test("draining closes the free sockets and parks no more")
    func drain() throws {
        var loop = OneLoop()
        let (one, two) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one) == .park)
        loop.pool.drain(&loop.actions)
        #expect(loop.drained() == [.close(one)])
        #expect(loop.release(two) == .close)
        #expect(loop.closed(one).isEmpty)
        #expect(loop.closed(two).isEmpty)
        #expect(loop.shared.totalSockets(of: "origin") == 0)
    }

    @Test("an unused origin is forgotten after its linger time, and its ref is refused")
    func forgotten() throws {
        var loop = OneLoop()
        let socket = try loop.open(1)
        #expect(loop.release(socket, reusable: false) == .close)
        #expect(loop.closed(socket).isEmpty)
        #expect(loop.sweep(at: 1000).isEmpty)
        #expect(loop.sweep(at: 60_999).isEmpty)
        #expect(loop.shared.count == 1)
        #expect(loop.sweep(at: 61_000).isEmpty)
        #expect(loop.shared.count == 0)
        #expect(loop.acquire(2, at: 61_000) == .rejected(.originForgotten))
        #expect(loop.pool.origin(for: "origin") != loop.origin)
    }

    @Test("a declined socket is free again, no younger than it was")
    func declinedKeepsItsAge() throws {
        var loop = OneLoop()
        let socket = try loop.open(1)
        #expect(loop.release(socket, at: 100, limitMs: 1000) == .park)
        #expect(loop.acquire(2, at: 500) == .use(socket))
        let expected = DeclinedSocket(action: .park, idleSinceMs: 100, idleLimitMs: 1000)
        #expect(loop.pool.declined(socket, nowMs: 500) == expected)
        #expect(loop.acquire(3, at: 1099) == .use(socket))
        #expect(loop.pool.declined(socket, nowMs: 1100).action == .close)
    }

    @Test("a socket declined by the oldest request goes to the next")
    func declinedGoesOn() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        var loop = OneLoop(limits)
        let socket = try loop.open(1)
        _ = try loop.acquireQueued(2)
        _ = try loop.acquireQueued(3)
        #expect(loop.release(socket, at: 10) == .use(2))
        #expect(loop.pool.declined(socket, nowMs: 10).action == .use(3))
    }

    @Test("a request that waits has a name, one that was served has none")
    func waiterID() throws {
        var loop = OneLoop()
        let ref = try loop.acquireDial(7)
        #expect(loop.pool.waiterID(ref) == 7)
        #expect(loop.dialled(ref).action == .use(7))
        #expect(loop.pool.waiterID(ref) == nil)
    }
}
