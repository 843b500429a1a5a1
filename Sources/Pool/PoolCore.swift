import Synchronization

/// The machine behind `Pool`, knowing neither keys nor connections, hence compiled once.
///
/// Confined to one loop. This file: storage, and the two inputs every request passes. The rest is in the
/// other `PoolCore` files, by the kind of event.
struct PoolCore: ~Copyable {
    private(set) var limits: PoolLimits
    let loop: Int
    let loopCount: Int
    var origins = Slab<OriginState>()
    var sockets = Slab<SocketEntry>(capacity: 64)
    var waiters = Slab<WaiterEntry>(capacity: 64)
    var counters = PoolCounters()
    var sequence: UInt64 = 0
    var draining = false

    init(loop: Int, loopCount: Int, limits: PoolLimits) {
        precondition(loop >= 0 && loop < loopCount, "loop \(loop) of \(loopCount)")
        limits.validate()
        self.limits = limits
        self.loop = loop
        self.loopCount = loopCount
    }

    mutating func change(_ limits: PoolLimits, _ actions: inout ActionBuffer) {
        limits.validate()
        self.limits = limits
        for index in 0..<Int32(origins.count) where origins.isLive(index) { cover(index, &actions) }
    }

    // MARK: Inputs of every request

    mutating func acquire(
        _ ref: OriginRef, waiter id: WaiterID, nowMs: Int64, need: SocketNeed
    ) -> AcquireAction {
        guard origins.holds(ref) else { return .rejected(.originForgotten) }
        var socket = need == .new ? -1 : origins[ref.index].free.head
        while socket >= 0 {
            let idleMs = nowMs &- sockets[socket].idleSinceMs
            if need == .recent && idleMs >= limits.nonRetriableMaxIdleMs { break }
            // Past its limit it may be closing any moment; it is left to the sweep.
            if idleMs < sockets[socket].idleLimitMs {
                takeFree(socket, of: ref.index)
                counters.reused &+= 1
                return .use(sockets.handle(socket))
            }
            socket = sockets[socket].next
        }
        return acquireWithoutFree(ref.index, waiter: id, nowMs: nowMs, need: need)
    }

    mutating func release(_ ref: SocketRef, nowMs: Int64, idleLimitMs: Int64, reusable: Bool) -> ReleaseAction {
        let socket = expect(ref)
        guard sockets[socket].state == .inUse else { fail("released while not in use", ref) }
        guard reusable else {
            sockets[socket].state = .closing
            return .close
        }
        return place(socket, idleSinceMs: nowMs, idleLimitMs: idleLimitMs, nowMs: nowMs, shareWithOthers: true)
    }

    // MARK: Free sockets

    /// Takes a free socket out of the list; it is in use afterwards.
    @inline(__always)
    mutating func takeFree(_ socket: Int32, of origin: Int32) {
        assert(sockets[socket].state == .free && sockets[socket].origin == origin)
        sockets[socket].state = .inUse
        origins[origin].free.remove(socket, from: &sockets)
        publishFree(origin)
    }

    /// Tells the other loops how many are free here.
    ///
    /// Sequentially consistent because `place` looks for waiting loops after it; see `OriginShare`.
    @inline(__always)
    mutating func publishFree(_ origin: Int32) {
        guard let cell = origins[origin].cell else { return }
        let count = origins[origin].free.count
        if loopCount == 1 {
            cell.pointee.free.store(count, ordering: .relaxed)
        } else {
            cell.pointee.free.store(count, ordering: .sequentiallyConsistent)
        }
    }

    /// Decides where an available socket goes: a waiter here, a loop that waits, the free list, or the end.
    ///
    /// - Parameter shareWithOthers: with requests waiting here and elsewhere, take turns, so that no loop
    ///   starves. False for a socket dialled or sent for this loop's requests.
    @inline(__always)
    mutating func place(
        _ socket: Int32, idleSinceMs: Int64, idleLimitMs: Int64, nowMs: Int64, shareWithOthers: Bool
    ) -> ReleaseAction {
        let origin = sockets[socket].origin
        if origins[origin].waiting == 0 && mayPark(origin, idleSinceMs, idleLimitMs, nowMs) {
            return park(socket, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
        }
        return placeWithoutParking(
            socket, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs, nowMs: nowMs, shareWithOthers: shareWithOthers)
    }

    @inline(__always)
    private mutating func mayPark(
        _ origin: Int32, _ idleSinceMs: Int64, _ idleLimitMs: Int64, _ nowMs: Int64
    ) -> Bool {
        !draining && nowMs &- idleSinceMs < idleLimitMs && (limits.freeSurplusGraceMs > 0 || hasRoomForFree(origin))
    }

    /// Keeps the socket free, unless a loop that waits turns out to want it.
    @inline(__always)
    private mutating func park(_ socket: Int32, idleSinceMs: Int64, idleLimitMs: Int64) -> ReleaseAction {
        let origin = sockets[socket].origin
        sockets[socket].state = .free
        sockets[socket].idleSinceMs = idleSinceMs
        sockets[socket].idleLimitMs = idleLimitMs
        let expiryMs = idleSinceMs.addingReportingOverflow(idleLimitMs)
        if !expiryMs.overflow && expiryMs.partialValue < origins[origin].nextExpiryMs {
            origins[origin].nextExpiryMs = expiryMs.partialValue
        }
        origins[origin].free.insert(socket, in: &sockets)
        publishFree(origin)
        // Only now, after publishing: see `OriginShare`.
        if loopCount > 1, let other = claimWaitingLoop(origin) {
            takeFree(socket, of: origin)
            depart(socket)
            return .give(loop: other)
        }
        return .park
    }

    /// The same when requests wait here, or the socket must not be kept.
    @inline(never)
    private mutating func placeWithoutParking(
        _ socket: Int32, idleSinceMs: Int64, idleLimitMs: Int64, nowMs: Int64, shareWithOthers: Bool
    ) -> ReleaseAction {
        let origin = sockets[socket].origin
        let mayTravel = nowMs &- idleSinceMs < idleLimitMs && !draining
        if origins[origin].waiting > 0 {
            if shareWithOthers && mayTravel && takesTurnElsewhere(origin), let other = claimWaitingLoop(origin) {
                depart(socket)
                return .give(loop: other)
            }
            let isRecent = nowMs &- idleSinceMs < limits.nonRetriableMaxIdleMs
            let expired = idleSinceMs < nowMs && nowMs &- idleSinceMs >= idleLimitMs
            if !expired, let waiter = oldestWaiter(origin, upTo: isRecent ? .recent : .any) {
                let id = removeWaiter(waiter)
                sockets[socket].state = .inUse
                sockets[socket].idleSinceMs = idleSinceMs
                sockets[socket].idleLimitMs = idleLimitMs
                counters.servedFromQueue &+= 1
                settleCounts(origin)
                return .use(id)
            }
            // Those who wait need another socket, and have it coming.
            if origins[origin].uncovered <= 0 && mayPark(origin, idleSinceMs, idleLimitMs, nowMs) {
                return park(socket, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
            }
            // Nothing comes for them: they get its slot.
            sockets[socket].state = .evicting
            origins[origin].evicting += 1
            counters.evicted &+= 1
            return .close
        }
        if mayTravel {
            if let other = claimWaitingLoop(origin) {
                depart(socket)
                return .give(loop: other)
            }
            counters.surplusClosed &+= 1
        }
        sockets[socket].state = .closing
        return .close
    }

    /// Whether one more free socket stays within `maxFreeSockets`.
    @inline(__always)
    private mutating func hasRoomForFree(_ origin: Int32) -> Bool {
        let here = origins[origin].free.count
        guard here < limits.maxFreeSockets else { return false }
        return loopCount == 1 || here + share(of: origin).freeCount(except: loop) < limits.maxFreeSockets
    }

    /// The socket leaves this loop with its slot.
    mutating func depart(_ socket: Int32) {
        origins[sockets[socket].origin].open -= 1
        sockets.remove(socket)
        counters.given &+= 1
    }

    // MARK: Misuse

    /// `mutating`, as are other readers on the hot path, because a borrow of this noncopyable value was
    /// compiled as a copy of all its 300 bytes.
    @inline(__always)
    mutating func expect(_ ref: SocketRef) -> Int32 {
        guard sockets.holds(ref) else { fail("unknown socket", ref) }
        return ref.index
    }

    /// A caller's bug that would corrupt the counts: stop with what is known.
    @inline(never)
    func fail(_ what: String, _ ref: SocketRef) -> Never {
        let known = ref.index >= 0 && Int(ref.index) < sockets.count ? "\(sockets[ref.index])" : "no such entry"
        preconditionFailure("pool of loop \(loop): \(what): \(ref): \(known)")
    }

    @inline(never)
    func fail(_ what: String, _ ref: OriginRef) -> Never {
        let known = ref.index >= 0 && Int(ref.index) < origins.count ? "\(origins[ref.index])" : "no such entry"
        preconditionFailure("pool of loop \(loop): \(what): \(ref): \(known)")
    }
}
