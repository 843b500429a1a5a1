import FuzzSupport

@testable import Pool

/// The pools of several loops, the messages between them and the sockets behind them, in one thread.
///
/// Keeps its own idea of every socket, dial, request and message, and checks each action against it: that it is legal, that
/// the limits hold exactly, that what the loops share agrees with the sum of what they have. Shares no bookkeeping with the
/// pool. Everything is chosen by the caller; nothing is random.
final class PoolWorld {
    enum State { case inUse, idle, closing, travelling, gone }

    struct Socket {
        var key: Int
        var loop: Int
        var ref: SocketRef
        var state = State.inUse
        var idleSinceMs: Int64 = 0
        var idleLimitMs: Int64 = 0
    }

    struct Request {
        var key: Int
        var loop: Int
        var ref: WaiterRef
        var isFresh: Bool
        var sinceMs: Int64
        var waits = true
    }

    struct Dial {
        var key: Int
        var loop: Int
        var origin: OriginRef
        var waiter: WaiterRef
    }

    enum Content {
        case question(from: Int)
        case socket(GivenSocket<Int>)
        case nothing
        case slot
    }

    struct Message {
        var loop: Int
        var key: Int
        var content: Content
    }

    /// An array cannot hold a noncopyable pool.
    final class Box {
        var pool: Pool<Int, Int>
        var actions = ActionBuffer()
        init(_ pool: consuming Pool<Int, Int>) { self.pool = pool }
    }

    let limits: PoolLimits
    let loopCount: Int
    let keyCount: Int
    let shared: SharedOrigins<Int>
    let boxes: [Box]
    var nowMs: Int64 = 0

    var sockets: [Socket] = []
    /// Numbers of sockets that are not gone.
    var live: [Int] = []
    /// Waiters' names are places in here, from 1.
    var requests: [Request] = []
    var waiting: [Int] = []
    var dials: [Dial] = []
    var messages: [Message] = []

    init(loops: Int, keys: Int, limits: PoolLimits) {
        self.limits = limits
        loopCount = loops
        keyCount = keys
        let shared = SharedOrigins<Int>(loopCount: loops)
        self.shared = shared
        boxes = (0..<loops).map { Box(Pool(loopIndex: $0, shared: shared, limits: limits)) }
    }

    // MARK: Events

    func acquire(loop: Int, key: Int, fresh: Bool) {
        let box = boxes[loop]
        let origin = box.pool.origin(for: key)
        func wait(_ ref: WaiterRef) {
            requests.append(Request(key: key, loop: loop, ref: ref, isFresh: fresh, sinceMs: nowMs))
            waiting.append(requests.count)
        }
        let action = box.pool.acquire(origin, waiter: WaiterID(requests.count + 1), nowMs: nowMs, fresh: fresh)
        switch action {
        case .use(let ref):
            let number = box.pool[ref]
            let idleMs = nowMs - sockets[number].idleSinceMs
            require(sockets[number].state == .idle, "used \(sockets[number])")
            require(sockets[number].loop == loop && sockets[number].key == key, "\(key) on \(loop): \(sockets[number])")
            require(idleMs < sockets[number].idleLimitMs, "used past its limit: \(sockets[number]) at \(nowMs)")
            require(!fresh || idleMs < limits.nonRetriableMaxIdleMs, "stale for a fresh request: \(sockets[number])")
            sockets[number].state = .inUse
        case .dial(let ref):
            wait(ref)
            dials.append(Dial(key: key, loop: loop, origin: origin, waiter: ref))
        case .queued(let ref): wait(ref)
        case .ask(let other, let ref):
            wait(ref)
            send(.question(from: loop), key, to: other, from: loop)
        case .evict(let socket, let ref):
            wait(ref)
            order(close: socket, on: loop)
        case .rejected(let why):
            require(why == .queueFull && queued(key) == limits.maxQueued, "\(why) with \(queued(key)) queued")
        }
        settle(loop, key)
    }

    func release(_ number: Int, reusable: Bool, idleLimitMs: Int64) {
        let socket = sockets[number]
        let action = boxes[socket.loop].pool.release(
            socket.ref, nowMs: nowMs, idleLimitMs: idleLimitMs, reusable: reusable)
        require(reusable || action == .close, "\(action) for a socket that is not reusable")
        place(action, number, idleSinceMs: nowMs, idleLimitMs: idleLimitMs)
        settle(socket.loop, socket.key)
    }

    func finishDial(_ place: Int, succeeds: Bool) {
        let dial = dials.remove(at: place)
        let box = boxes[dial.loop]
        if succeeds {
            let number = sockets.count
            let arrival = box.pool.dialled(
                dial.origin, for: dial.waiter, number, nowMs: nowMs, idleLimitMs: limits.idleTimeoutMs)
            sockets.append(Socket(key: dial.key, loop: dial.loop, ref: arrival.socket))
            live.append(number)
            self.place(arrival.action, number, idleSinceMs: nowMs, idleLimitMs: limits.idleTimeoutMs)
        } else {
            box.pool.dialFailed(dial.origin, for: dial.waiter, &box.actions)
        }
        settle(dial.loop, dial.key)
    }

    /// The socket is closed, whatever it was doing.
    func close(_ number: Int) {
        let socket = sockets[number]
        require(socket.state != .travelling && socket.state != .gone, "closes \(socket)")
        sockets[number].state = .gone
        live.removeAll { $0 == number }
        boxes[socket.loop].pool.closed(socket.ref, &boxes[socket.loop].actions)
        settle(socket.loop, socket.key)
    }

    func cancel(_ id: Int) {
        let request = stopWaiting(id)
        require(boxes[request.loop].pool.cancel(request.ref), "\(request) cannot be cancelled")
        settle(request.loop, request.key)
    }

    func sweep(_ loop: Int) {
        boxes[loop].pool.sweep(nowMs: nowMs, &boxes[loop].actions)
        for key in 0..<keyCount { settle(loop, key) }
    }

    func drain(_ loop: Int) {
        boxes[loop].pool.drain(&boxes[loop].actions)
        for key in 0..<keyCount { settle(loop, key) }
    }

    func deliver(_ place: Int) {
        let message = messages.remove(at: place)
        let box = boxes[message.loop]
        switch message.content {
        case .question(let asker):
            guard let given = box.pool.asked(message.key) else {
                send(.nothing, message.key, to: asker, from: message.loop)
                break
            }
            let number = given.connection
            require(sockets[number].state == .idle && sockets[number].loop == message.loop, "gave \(sockets[number])")
            sockets[number].state = .travelling
            send(.socket(given), message.key, to: asker, from: message.loop)
        case .socket(let given):
            let number = given.connection
            require(sockets[number].state == .travelling, "received \(sockets[number])")
            let arrival = box.pool.received(message.key, given, nowMs: nowMs, &box.actions)
            sockets[number].loop = message.loop
            sockets[number].ref = arrival.socket
            self.place(arrival.action, number, idleSinceMs: given.idleSinceMs, idleLimitMs: given.idleLimitMs)
        case .nothing: box.pool.askFailed(message.key, &box.actions)
        case .slot: box.pool.granted(message.key, &box.actions)
        }
        settle(message.loop, message.key)
    }

    // MARK: Actions

    private func send(_ content: Content, _ key: Int, to loop: Int, from: Int) {
        require(loop != from && loop >= 0 && loop < loopCount, "message from \(from) to \(loop)")
        messages.append(Message(loop: loop, key: key, content: content))
    }

    private func stopWaiting(_ id: Int) -> Request {
        require(id >= 1 && id <= requests.count && requests[id - 1].waits, "request \(id) does not wait")
        requests[id - 1].waits = false
        waiting.removeAll { $0 == id }
        return requests[id - 1]
    }

    private func place(_ action: ReleaseAction, _ number: Int, idleSinceMs: Int64, idleLimitMs: Int64) {
        let socket = sockets[number]
        let idleMs = nowMs - idleSinceMs
        switch action {
        case .use(let id):
            let request = stopWaiting(Int(id))
            require(request.key == socket.key && request.loop == socket.loop, "\(request) served by \(socket)")
            require(!request.isFresh || idleMs == 0 || idleMs < limits.nonRetriableMaxIdleMs, "stale: \(socket)")
            sockets[number].state = .inUse
        case .park:
            require(idleMs < idleLimitMs, "parked past its limit: \(socket)")
            sockets[number].state = .idle
            sockets[number].idleSinceMs = idleSinceMs
            sockets[number].idleLimitMs = idleLimitMs
        case .close: sockets[number].state = .closing
        case .give(let other):
            sockets[number].state = .travelling
            let given = GivenSocket(connection: number, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
            send(.socket(given), socket.key, to: other, from: socket.loop)
        }
    }

    private func order(close ref: SocketRef, on loop: Int) {
        let number = boxes[loop].pool[ref]
        require(sockets[number].state == .idle && sockets[number].loop == loop, "ordered closed: \(sockets[number])")
        sockets[number].state = .closing
    }

    /// Performs what a loop's pool has ordered, then compares its counts with the world's.
    private func settle(_ loop: Int, _ key: Int) {
        let box = boxes[loop]
        while let action = box.actions.next() {
            switch action {
            case .dial(let origin, let ref, let id):
                require(id >= 1 && id <= requests.count, "dial for \(id)")
                let request = requests[Int(id) - 1]
                require(request.waits && request.ref == ref, "dial for \(request)")
                require(!dials.contains { $0.loop == loop && $0.waiter == ref }, "second dial for \(request)")
                dials.append(Dial(key: box.pool.key(of: origin), loop: loop, origin: origin, waiter: ref))
            case .close(let ref): order(close: ref, on: loop)
            case .ask(let origin, let other):
                send(.question(from: loop), box.pool.key(of: origin), to: other, from: loop)
            case .grant(let origin, let other): send(.slot, box.pool.key(of: origin), to: other, from: loop)
            case .dialFailed(let id): _ = stopWaiting(Int(id))
            case .timedOut(let id):
                let request = stopWaiting(Int(id))
                require(nowMs - request.sinceMs >= limits.queueTimeoutMs, "timed out at \(nowMs): \(request)")
            }
        }
        compareCounts(key)
    }

    // MARK: Counts

    private func total(_ key: Int) -> Int {
        var sum = 0
        for number in live where sockets[number].key == key { sum += 1 }
        for dial in dials where dial.key == key { sum += 1 }
        for message in messages where message.key == key { if case .slot = message.content { sum += 1 } }
        return sum
    }

    func queued(_ key: Int) -> Int {
        var sum = 0
        for loop in 0..<loopCount {
            var count = 0
            for id in waiting where requests[id - 1].key == key && requests[id - 1].loop == loop { count += 1 }
            for dial in dials where dial.key == key && dial.loop == loop { count -= 1 }
            sum += max(0, count)
        }
        return sum
    }

    private func compareCounts(_ key: Int) {
        let sockets = total(key)
        require(sockets <= limits.maxSockets, "origin \(key) has \(sockets) sockets")
        require(sockets == shared.totalSockets(of: key), "\(sockets) sockets, not \(shared.totalSockets(of: key))")
        let waiters = queued(key)
        require(waiters <= limits.maxQueued, "origin \(key) has \(waiters) queued")
        require(waiters == shared.totalQueued(of: key), "\(waiters) queued, not \(shared.totalQueued(of: key))")
    }
}
