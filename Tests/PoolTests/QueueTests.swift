import Testing

@testable import Pool

@Suite("Waiting requests and dials")
struct QueueTests {
    static func limits(sockets: Int, queued: Int = 256) -> PoolLimits {
        var limits = PoolLimits()
        limits.maxSockets = sockets
        limits.maxQueued = queued
        return limits
    }

    @Test("requests are served in order of arrival")
    func firstComeFirstServed() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let socket = try loop.open(1)
        _ = try loop.acquireQueued(2)
        _ = try loop.acquireQueued(3, fresh: true)
        _ = try loop.acquireQueued(4)
        #expect(loop.release(socket) == .use(2))
        #expect(loop.release(socket) == .use(3))
        #expect(loop.release(socket) == .use(4))
        #expect(loop.release(socket) == .park)
    }

    @Test("a dialled socket goes to the oldest request, whoever caused the dial")
    func dialServesOldest() throws {
        var loop = OneLoop(Self.limits(sockets: 2))
        let first = try loop.acquireDial(1)
        let second = try loop.acquireDial(2)
        #expect(loop.dialled(second).action == .use(1))
        #expect(loop.dialled(first).action == .use(2))
    }

    @Test("a dial whose request was served otherwise is parked")
    func orphanDialParked() throws {
        var loop = OneLoop(Self.limits(sockets: 2))
        let socket = try loop.open(1)
        let waiter = try loop.acquireDial(2)
        #expect(loop.release(socket) == .use(2))
        #expect(loop.dialled(waiter).action == .park)
    }

    @Test("a dial whose request was served otherwise serves the next request instead of a second dial")
    func orphanDialCovers() throws {
        var loop = OneLoop(Self.limits(sockets: 5))
        let socket = try loop.open(1)
        let waiter = try loop.acquireDial(2)
        #expect(loop.release(socket) == .use(2))
        _ = try loop.acquireQueued(3)
        #expect(loop.dialled(waiter).action == .use(3))
    }

    @Test("a failed dial fails its own request, and the next one gets a new dial")
    func dialFailure() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let first = try loop.acquireDial(1)
        let second = try loop.acquireQueued(2)
        loop.pool.dialFailed(loop.origin, for: first, &loop.actions)
        #expect(loop.drained() == [.dialFailed(1), .dial(loop.origin, second, 2)])
        loop.pool.dialFailed(loop.origin, for: second, &loop.actions)
        #expect(loop.drained() == [.dialFailed(2)])
        #expect(loop.shared.totalSockets(of: "origin") == 0)
    }

    @Test("a failed dial whose request is gone is made again for those who relied on it")
    func orphanDialFailure() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let first = try loop.acquireDial(1)
        let second = try loop.acquireQueued(2)
        #expect(loop.pool.cancel(first) == true)
        loop.pool.dialFailed(loop.origin, for: first, &loop.actions)
        #expect(loop.drained() == [.dial(loop.origin, second, 2)])
    }

    @Test("a socket that dies in use gives its slot to a waiting request")
    func deathDials() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let socket = try loop.open(1)
        let waiter = try loop.acquireQueued(2)
        #expect(loop.closed(socket) == [.dial(loop.origin, waiter, 2)])
    }

    @Test("a socket that must not be reused frees its slot only when closed")
    func slotFreedByClose() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let socket = try loop.open(1)
        let waiter = try loop.acquireQueued(2)
        #expect(loop.release(socket, reusable: false) == .close)
        #expect(loop.closed(socket) == [.dial(loop.origin, waiter, 2)])
    }

    @Test("the queue is bounded; requests with a dial of their own do not count")
    func bounded() throws {
        var loop = OneLoop(Self.limits(sockets: 2, queued: 1))
        _ = try loop.acquireDial(1)
        _ = try loop.acquireDial(2)
        let waiter = try loop.acquireQueued(3)
        #expect(loop.acquire(4) == .rejected(.queueFull))
        #expect(loop.pool.cancel(waiter) == true)
        _ = try loop.acquireQueued(5)
    }

    @Test("a cancelled request is not served, and cancelling it again is harmless")
    func cancelled() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let socket = try loop.open(1)
        let second = try loop.acquireQueued(2)
        _ = try loop.acquireQueued(3)
        #expect(loop.pool.cancel(second) == true)
        #expect(loop.pool.cancel(second) == false)
        #expect(loop.release(socket) == .use(3))
    }

    @Test("a request times out at its deadline, one with a dial under way does not")
    func timedOut() throws {
        var loop = OneLoop(Self.limits(sockets: 1))
        let dial = try loop.acquireDial(1, at: 0)
        _ = try loop.acquireQueued(2, at: 0)
        _ = try loop.acquireQueued(3, at: 1)
        #expect(loop.sweep(at: 9999).isEmpty)
        #expect(loop.sweep(at: 10_000) == [.timedOut(2)])
        #expect(loop.sweep(at: 10_001) == [.timedOut(3)])
        #expect(loop.shared.totalQueued(of: "origin") == 0)
        #expect(loop.dialled(dial, at: 20_000).action == .use(1))
    }

    @Test("the snapshot counts what is there")
    func snapshot() throws {
        var loop = OneLoop(Self.limits(sockets: 3))
        let (one, _) = (try loop.open(1), try loop.open(2))
        #expect(loop.release(one) == .park)
        #expect(loop.acquire(3) == .use(one))
        #expect(loop.release(one) == .park)
        _ = try loop.acquireDial(4, at: 2000, fresh: true)
        let snapshot = loop.pool.snapshot()
        #expect(snapshot.origins == [.init(key: "origin", inUse: 1, dialling: 1, free: 1, waiting: 1)])
        #expect(snapshot.counters.reused == 1 && snapshot.counters.dialled == 2)
        var merged = snapshot
        merged.merge(snapshot)
        #expect(merged.origins == [.init(key: "origin", inUse: 2, dialling: 2, free: 2, waiting: 2)])
    }
}
