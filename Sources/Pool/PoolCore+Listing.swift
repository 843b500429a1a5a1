/// Who is where, for listings: walks everything, and is not for the way of a request.
extension PoolCore {
    /// Every socket of an origin that serves or may serve a request: those in use, then the free ones, the next to be used first.
    func eachSocket(of origin: Int32, _ body: (_ socket: Int32, _ isFree: Bool) -> Void) {
        for index in 0..<Int32(sockets.count)
        where sockets.isLive(index) && sockets[index].origin == origin && sockets[index].state == .inUse {
            body(index, false)
        }
        var socket = origins[origin].free.head
        while socket >= 0 {
            let next = sockets[socket].next
            body(socket, true)
            socket = next
        }
    }

    /// Every request that waits for a socket of an origin, in order of arrival.
    func eachWaiter(of origin: Int32, _ body: (WaiterID, _ hasDial: Bool) -> Void) {
        var found: [Int32] = []
        for index in 0..<Int32(waiters.count) where waiters.isLive(index) && waiters[index].origin == origin {
            found.append(index)
        }
        found.sort { waiters[$0].sequence < waiters[$1].sequence }
        for index in found { body(waiters[index].id, waiters[index].hasDial) }
    }
}
