/// What becomes of dials and sockets: dialled, failed, closed; and of requests: cancelled.
extension PoolCore {
    mutating func dialled(_ ref: OriginRef, waiter: WaiterRef, nowMs: Int64, idleLimitMs: Int64) -> SocketArrival {
        let origin = endDial(ref)
        if waiters.holds(waiter) { waiters[waiter.index].hasDial = false }
        counters.dialled &+= 1
        let socket = open(origin)
        let handle: SocketRef = sockets.handle(socket)
        // The oldest request gets it, whoever caused the dial; the others move up by one.
        if let oldest = oldestWaiter(origin, upTo: .new) {
            sockets[socket].state = .inUse
            sockets[socket].idleSinceMs = nowMs
            sockets[socket].idleLimitMs = idleLimitMs
            let id = removeWaiter(oldest)
            settleCounts(origin)
            return SocketArrival(socket: handle, action: .use(id))
        }
        settleCounts(origin)
        return SocketArrival(
            socket: handle,
            action: place(
                socket, idleSinceMs: nowMs, idleLimitMs: idleLimitMs, nowMs: nowMs, shareWithOthers: false))
    }

    mutating func dialFailed(_ ref: OriginRef, waiter: WaiterRef, _ actions: inout ActionBuffer) {
        let origin = endDial(ref)
        counters.dialsFailed &+= 1
        let causeWaits = waiters.holds(waiter)
        if causeWaits { actions.append(.dialFailed(removeWaiter(waiter.index))) }
        // Without a request to fail, the dial covered another one: its slot must stay for that one.
        routeSlot(origin, shareWithOthers: causeWaits, &actions)
    }

    mutating func closed(_ ref: SocketRef, _ actions: inout ActionBuffer) {
        let socket = expect(ref)
        let origin = sockets[socket].origin
        switch sockets[socket].state {
        case .free:
            takeFree(socket, of: origin)
            counters.diedIdle &+= 1
        case .evicting:
            origins[origin].evicting -= 1
        case .inUse, .closing:
            break
        case .vacant:
            fail("closed twice", ref)
        }
        origins[origin].open -= 1
        sockets.remove(socket)
        routeSlot(origin, shareWithOthers: true, &actions)
    }

    mutating func cancel(_ ref: WaiterRef) -> Bool {
        guard waiters.holds(ref) else { return false }
        let origin = waiters[ref.index].origin
        _ = removeWaiter(ref.index)
        settleCounts(origin)
        counters.cancelled &+= 1
        return true
    }

    func waiterID(_ ref: WaiterRef) -> WaiterID? { waiters.holds(ref) ? waiters[ref.index].id : nil }

    mutating func declined(_ ref: SocketRef, nowMs: Int64) -> DeclinedSocket {
        let socket = expect(ref)
        guard sockets[socket].state == .inUse else { fail("declined while not in use", ref) }
        let (idleSinceMs, idleLimitMs) = (sockets[socket].idleSinceMs, sockets[socket].idleLimitMs)
        let action = place(
            socket, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs, nowMs: nowMs, shareWithOthers: false)
        return DeclinedSocket(action: action, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
    }

    // MARK: Steps

    private mutating func endDial(_ ref: OriginRef) -> Int32 {
        guard origins.holds(ref), origins[ref.index].dialling > 0 else { fail("no dial is under way", ref) }
        origins[ref.index].dialling -= 1
        return ref.index
    }

    /// A new socket of this loop in a slot that is already taken.
    mutating func open(_ origin: Int32) -> Int32 {
        origins[origin].open += 1
        origins[origin].quietSinceMs = -1
        return sockets.insert(SocketEntry(origin: origin, state: .inUse))
    }
}
