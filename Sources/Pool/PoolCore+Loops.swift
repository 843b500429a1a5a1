/// Messages between loops.
extension PoolCore {
    /// A question from another loop: the free socket to send, if any. It has left this loop.
    ///
    /// One past its limit or too old for the asker is sent all the same: its slot is what the asker needs then.
    mutating func asked(_ ref: OriginRef) -> (socket: Int32, idleSinceMs: Int64, idleLimitMs: Int64)? {
        guard origins.holds(ref) else { return nil }
        let socket = origins[ref.index].free.head
        guard socket >= 0 else { return nil }
        let answer = (socket, sockets[socket].idleSinceMs, sockets[socket].idleLimitMs)
        takeFree(socket, of: ref.index)
        depart(socket)
        return answer
    }

    mutating func received(
        _ ref: OriginRef, idleSinceMs: Int64, idleLimitMs: Int64, answersQuestion: Bool, nowMs: Int64,
        _ actions: inout ActionBuffer
    ) -> SocketArrival {
        guard origins.holds(ref) else { fail("received for a forgotten origin", ref) }
        if answersQuestion { endQuestion(ref) }
        counters.received &+= 1
        let socket = open(ref.index)
        let handle: SocketRef = sockets.handle(socket)
        let action = place(
            socket, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs, nowMs: nowMs, shareWithOthers: false)
        // The sender may have claimed this loop's mark; those still waiting need it set again.
        cover(ref.index, &actions)
        return SocketArrival(socket: handle, action: action)
    }

    mutating func askFailed(_ ref: OriginRef, _ actions: inout ActionBuffer) {
        endQuestion(ref)
        counters.askedInVain &+= 1
        cover(ref.index, &actions)
    }

    mutating func granted(_ ref: OriginRef, _ actions: inout ActionBuffer) {
        guard origins.holds(ref) else { fail("slot granted to a forgotten origin", ref) }
        origins[ref.index].quietSinceMs = -1
        routeSlot(ref.index, shareWithOthers: false, &actions)
    }

    private mutating func endQuestion(_ ref: OriginRef) {
        guard origins.holds(ref), origins[ref.index].asking > 0 else { fail("no question is under way", ref) }
        origins[ref.index].asking -= 1
    }
}
