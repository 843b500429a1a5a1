@testable import Pool

/// Several pools, the network between them and the origins behind them, in one thread and in random order.
///
/// Keeps its own idea of every socket and request and checks each action against it; it shares no
/// bookkeeping with the pool. The first violation is kept and ends the run.
final class Simulation {
    struct Socket {
        var key: Int
        var loop: Int
        var ref: SocketRef
        var state: State
        var idleSinceMs: Int64 = 0
        var idleLimitMs: Int64 = 0
        enum State { case inUse, idle, closing, travelling, gone }
    }

    struct Waiter {
        var key: Int
        var loop: Int
        var ref: WaiterRef
        var fresh: Bool
        var mayReuse: Bool
        var sinceMs: Int64
    }

    struct Dial {
        var key: Int
        var loop: Int
        var origin: OriginRef
        var waiter: WaiterRef
    }

    enum Message {
        case asked(byLoop: Int)
        case socket(GivenSocket<Int>)
        case nothing
        case slot
    }

    let limits: PoolLimits
    let shared: SharedOrigins<Int>
    let loopCount: Int
    let keyCount: Int
    var pools: [PoolBox] = []
    var random: SplitMix
    var nowMs: Int64 = 0

    var sockets: [Socket] = []
    var waiting: [WaiterID: Waiter] = [:]
    var dials: [Dial] = []
    var closings: [Int] = []
    var messages: [(loop: Int, key: Int, message: Message)] = []
    var nextWaiter: WaiterID = 1
    var served = 0
    var violation: String?

    /// An array cannot hold a noncopyable pool.
    final class PoolBox {
        var pool: Pool<Int, Int>
        var actions = ActionBuffer()
        init(_ pool: consuming Pool<Int, Int>) { self.pool = pool }
    }

    init(loops: Int, keys: Int, limits: PoolLimits, seed: UInt64) {
        self.limits = limits
        loopCount = loops
        keyCount = keys
        random = SplitMix(seed: seed)
        shared = SharedOrigins(loopCount: loops)
        for loop in 0..<loops { pools.append(PoolBox(Pool(loopIndex: loop, shared: shared, limits: limits))) }
    }

    func check(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds && violation == nil { violation = what() }
    }

    // MARK: Inputs

    func acquire(loop: Int, key: Int, fresh: Bool, mayReuse: Bool) {
        let box = pools[loop]
        let origin = box.pool.origin(for: key)
        let id = nextWaiter
        nextWaiter += 1
        func wait(_ ref: WaiterRef) {
            waiting[id] = Waiter(key: key, loop: loop, ref: ref, fresh: fresh, mayReuse: mayReuse, sinceMs: nowMs)
        }
        switch box.pool.acquire(origin, waiter: id, nowMs: nowMs, fresh: fresh, mayReuse: mayReuse) {
        case .use(let ref):
            let number = box.pool[ref]
            let socket = sockets[number]
            check(mayReuse, "a free socket for a request that must not have one")
            check(socket.state == .idle && socket.loop == loop && socket.key == key, "used \(socket) for \(key)")
            let idleMs = nowMs - socket.idleSinceMs
            check(idleMs < socket.idleLimitMs, "used an expired socket: \(socket)")
            check(!fresh || idleMs < limits.nonRetriableMaxIdleMs, "stale socket for a fresh request: \(socket)")
            sockets[number].state = .inUse
            served += 1
            mayDecline(number, idleSinceMs: socket.idleSinceMs, idleLimitMs: socket.idleLimitMs)
        case .dial(let ref):
            wait(ref)
            dials.append(Dial(key: key, loop: loop, origin: origin, waiter: ref))
        case .queued(let ref):
            wait(ref)
        case .ask(let other, let ref):
            check((!fresh && mayReuse) || total(key) == limits.maxSockets, "asked for a fresh request below the limit")
            wait(ref)
            send(to: other, key, .asked(byLoop: loop), from: loop)
        case .evict(let socket, let ref):
            wait(ref)
            order(close: socket, on: loop)
        case .rejected(let reason):
            check(reason == .queueFull && queued(key) == limits.maxQueued, "rejected with \(queued(key)) queued")
        }
        settle(loop)
    }

    func release(_ number: Int, reusable: Bool, idleLimitMs: Int64) {
        let socket = sockets[number]
        let action = pools[socket.loop].pool.release(
            socket.ref, nowMs: nowMs, idleLimitMs: idleLimitMs, reusable: reusable)
        check(reusable || action == .close, "\(action) for a socket that is not reusable")
        perform(action, on: number, idleSinceMs: nowMs, idleLimitMs: idleLimitMs)
        settle(socket.loop)
    }

    func finishDial(_ place: Int, succeeds: Bool) {
        let dial = dials.remove(at: place)
        let box = pools[dial.loop]
        if succeeds {
            let number = sockets.count
            let arrival = box.pool.dialled(
                dial.origin, for: dial.waiter, number, nowMs: nowMs, idleLimitMs: limits.idleTimeoutMs)
            sockets.append(Socket(key: dial.key, loop: dial.loop, ref: arrival.socket, state: .inUse))
            perform(
                arrival.action, on: number, idleSinceMs: nowMs, idleLimitMs: limits.idleTimeoutMs, isNew: true)
        } else {
            box.pool.dialFailed(dial.origin, for: dial.waiter, &box.actions)
        }
        settle(dial.loop)
    }

    func finishClosing(_ place: Int) {
        let number = closings.remove(at: place)
        close(number)
    }

    /// Reports a socket closed, whatever it was doing.
    func close(_ number: Int) {
        let loop = sockets[number].loop
        sockets[number].state = .gone
        pools[loop].pool.closed(sockets[number].ref, &pools[loop].actions)
        settle(loop)
    }

    func cancel(_ id: WaiterID) {
        guard let waiter = waiting.removeValue(forKey: id) else { return }
        check(pools[waiter.loop].pool.cancel(waiter.ref), "\(id) could not be cancelled")
        settle(waiter.loop)
    }

    func sweep(_ loop: Int) {
        pools[loop].pool.sweep(nowMs: nowMs, &pools[loop].actions)
        settle(loop)
    }

    func deliver(_ place: Int) {
        let (loop, key, message) = messages.remove(at: place)
        let box = pools[loop]
        switch message {
        case .asked(let asker):
            if let given = box.pool.asked(key) {
                check(sockets[given.connection].state == .idle, "gave \(sockets[given.connection])")
                check(sockets[given.connection].loop == loop, "gave another loop's socket")
                sockets[given.connection].state = .travelling
                send(to: asker, key, .socket(given), from: loop)
            } else {
                send(to: asker, key, .nothing, from: loop)
            }
        case .socket(let given):
            let number = given.connection
            check(sockets[number].state == .travelling, "received \(sockets[number])")
            let arrival = box.pool.received(key, given, nowMs: nowMs, &box.actions)
            sockets[number].loop = loop
            sockets[number].ref = arrival.socket
            perform(
                arrival.action, on: number, idleSinceMs: given.idleSinceMs, idleLimitMs: given.idleLimitMs)
        case .nothing:
            box.pool.askFailed(key, &box.actions)
        case .slot:
            box.pool.granted(key, &box.actions)
        }
        settle(loop)
    }

    // MARK: Actions

    private func send(to loop: Int, _ key: Int, _ message: Message, from: Int) {
        check(loop != from && loop >= 0 && loop < loopCount, "message from \(from) to \(loop)")
        messages.append((loop, key, message))
    }

    private func perform(
        _ action: ReleaseAction, on number: Int, idleSinceMs: Int64, idleLimitMs: Int64, isNew: Bool = false
    ) {
        switch action {
        case .use(let id):
            guard let waiter = waiting.removeValue(forKey: id) else {
                check(false, "\(id) is served but does not wait")
                return
            }
            check(waiter.key == sockets[number].key && waiter.loop == sockets[number].loop, "wrong socket for \(id)")
            let fresh = nowMs - idleSinceMs < limits.nonRetriableMaxIdleMs
            check(!waiter.fresh || fresh, "stale socket for the fresh request \(id)")
            check(waiter.mayReuse || isNew, "used socket for the repeated request \(id)")
            sockets[number].state = .inUse
            served += 1
            mayDecline(number, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
        case .park:
            check(idleLimitMs > nowMs - idleSinceMs, "parked past its limit")
            sockets[number].state = .idle
            sockets[number].idleSinceMs = idleSinceMs
            sockets[number].idleLimitMs = idleLimitMs
        case .close:
            sockets[number].state = .closing
            closings.append(number)
        case .give(let other):
            let from = sockets[number].loop
            sockets[number].state = .travelling
            let given = GivenSocket(connection: number, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
            send(to: other, sockets[number].key, .socket(given), from: from)
        }
    }

    /// One request in eight must not go where its socket leads.
    private func mayDecline(_ number: Int, idleSinceMs: Int64, idleLimitMs: Int64) {
        guard random.below(8) == 0 else { return }
        let declined = pools[sockets[number].loop].pool.declined(sockets[number].ref, nowMs: nowMs)
        check(
            declined.idleSinceMs == idleSinceMs && declined.idleLimitMs == idleLimitMs,
            "\(declined) for \(idleLimitMs) from \(idleSinceMs)")
        perform(declined.action, on: number, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
    }

    private func order(close ref: SocketRef, on loop: Int) {
        let number = pools[loop].pool[ref]
        check(sockets[number].state == .idle && sockets[number].loop == loop, "ordered closed: \(sockets[number])")
        sockets[number].state = .closing
        closings.append(number)
    }

    /// Performs what is in the loop's buffer, then checks the invariants.
    func settle(_ loop: Int) {
        let box = pools[loop]
        while let action = box.actions.next() {
            switch action {
            case .dial(let origin, let ref, let id):
                let key = box.pool.key(of: origin)
                if box.pool.waiterID(ref) == nil {
                    // Served meanwhile, by a socket that another request has declined.
                    check(waiting[id] == nil, "the pool does not know \(id), who waits")
                    box.pool.dialFailed(origin, for: ref, &box.actions)
                    continue
                }
                check(waiting[id]?.ref == ref && waiting[id]?.key == key, "dial for \(id), who does not wait")
                check(!dials.contains { $0.loop == loop && $0.waiter == ref }, "second dial for \(id)")
                dials.append(Dial(key: key, loop: loop, origin: origin, waiter: ref))
            case .close(let ref):
                order(close: ref, on: loop)
            case .ask(let origin, let other):
                send(to: other, box.pool.key(of: origin), .asked(byLoop: loop), from: loop)
            case .grant(let origin, let other):
                send(to: other, box.pool.key(of: origin), .slot, from: loop)
            case .dialFailed(let id):
                check(waiting.removeValue(forKey: id) != nil, "\(id) fails but does not wait")
            case .timedOut(let id):
                let waiter = waiting.removeValue(forKey: id)
                check(waiter.map { nowMs - $0.sinceMs >= limits.queueTimeoutMs } ?? false, "\(id) timed out early")
            }
        }
        box.pool.core.checkInvariants()
        checkTotals()
    }

    // MARK: The model's own counts

    func total(_ key: Int) -> Int {
        let slots = messages.reduce(0) { sum, entry in
            if case .slot = entry.message, entry.key == key { sum + 1 } else { sum }
        }
        return live.reduce(slots) { $0 + (sockets[$1].key == key ? 1 : 0) }
            + dials.reduce(0) { $0 + ($1.key == key ? 1 : 0) }
    }

    func queued(_ key: Int) -> Int {
        (0..<loopCount).reduce(0) { sum, loop in
            let waiters = waiting.values.reduce(0) { $0 + ($1.key == key && $1.loop == loop ? 1 : 0) }
            let dialling = dials.reduce(0) { $0 + ($1.key == key && $1.loop == loop ? 1 : 0) }
            return sum + max(0, waiters - dialling)
        }
    }

    /// Sockets that are not gone. Gone ones accumulate at the front.
    var live: [Int] {
        while firstLive < sockets.count && sockets[firstLive].state == .gone { firstLive += 1 }
        return (firstLive..<sockets.count).filter { sockets[$0].state != .gone }
    }
    private var firstLive = 0

    func checkTotals() {
        for key in 0..<keyCount {
            let mine = total(key)
            check(mine <= limits.maxSockets, "origin \(key) has \(mine) sockets")
            check(mine == shared.totalSockets(of: key), "origin \(key): \(mine), not \(shared.totalSockets(of: key))")
            let waiters = queued(key)
            check(waiters <= limits.maxQueued, "origin \(key) has \(waiters) queued")
            check(
                waiters == shared.totalQueued(of: key),
                "origin \(key): \(waiters) queued, not \(shared.totalQueued(of: key))")
        }
    }
}
