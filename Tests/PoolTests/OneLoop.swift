import Testing

@testable import Pool

/// One loop's pool with one origin, for scenarios that read as input and action lists.
struct OneLoop: ~Copyable {
    var pool: Pool<String, Int>
    var actions = ActionBuffer()
    let origin: OriginRef
    let shared: SharedOrigins<String>
    private var nextConnection = 100

    init(_ limits: PoolLimits = .init()) {
        self.init(SharedOrigins(loopCount: 1), loop: 0, limits)
    }

    init(_ shared: SharedOrigins<String>, loop: Int, _ limits: PoolLimits = .init()) {
        self.shared = shared
        pool = Pool(loopIndex: loop, shared: shared, limits: limits)
        origin = pool.origin(for: "origin")
    }

    mutating func acquire(_ waiter: WaiterID, at nowMs: Int64 = 0, fresh: Bool = false) -> AcquireAction {
        pool.acquire(origin, waiter: waiter, nowMs: nowMs, fresh: fresh)
    }

    /// A request that must dial, served at once: the socket it uses.
    mutating func open(_ waiter: WaiterID, at nowMs: Int64 = 0) throws -> SocketRef {
        let ref = try acquireDial(waiter, at: nowMs)
        let arrival = dialled(ref, at: nowMs)
        #expect(arrival.action == .use(waiter))
        return arrival.socket
    }

    mutating func acquireDial(_ waiter: WaiterID, at nowMs: Int64 = 0, fresh: Bool = false) throws -> WaiterRef {
        let action = acquire(waiter, at: nowMs, fresh: fresh)
        guard case .dial(let ref) = action else { throw Unexpected(action: "\(action)") }
        return ref
    }

    mutating func acquireQueued(_ waiter: WaiterID, at nowMs: Int64 = 0, fresh: Bool = false) throws -> WaiterRef {
        let action = acquire(waiter, at: nowMs, fresh: fresh)
        guard case .queued(let ref) = action else { throw Unexpected(action: "\(action)") }
        return ref
    }

    mutating func dialled(_ ref: WaiterRef, at nowMs: Int64 = 0) -> SocketArrival {
        nextConnection += 1
        return pool.dialled(origin, for: ref, nextConnection, nowMs: nowMs, idleLimitMs: 15_000)
    }

    mutating func release(
        _ socket: SocketRef, at nowMs: Int64 = 0, limitMs: Int64 = 15_000, reusable: Bool = true
    ) -> ReleaseAction {
        pool.release(socket, nowMs: nowMs, idleLimitMs: limitMs, reusable: reusable)
    }

    mutating func asked() throws -> GivenSocket<Int> {
        guard let given = pool.asked("origin") else { throw Unexpected(action: "nothing to give") }
        return given
    }

    /// Reports the socket closed and returns what follows.
    mutating func closed(_ socket: SocketRef) -> [PoolAction] {
        pool.closed(socket, &actions)
        return drained()
    }

    mutating func sweep(at nowMs: Int64) -> [PoolAction] {
        pool.sweep(nowMs: nowMs, &actions)
        return drained()
    }

    mutating func drained() -> [PoolAction] {
        var list: [PoolAction] = []
        while let action = actions.next() { list.append(action) }
        return list
    }
}

/// Ends a scenario whose premise did not hold.
struct Unexpected: Error {
    let action: String
}
