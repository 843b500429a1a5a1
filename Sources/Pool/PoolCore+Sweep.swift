/// What happens by time, and at the end.
extension PoolCore {
    /// - Parameter forget: called with the index of each origin that has just been forgotten.
    mutating func sweep(nowMs: Int64, _ actions: inout ActionBuffer, forget: (Int32) -> Void) {
        for index in 0..<Int32(origins.count) where origins.isLive(index) {
            if origins[index].waiting > 0 { expireWaiters(index, nowMs, &actions) }
            if nowMs >= origins[index].nextExpiryMs { expireFree(index, nowMs, &actions) }
            if origins[index].free.count > 0 && limits.freeSurplusGraceMs > 0 { closeSurplus(index, nowMs, &actions) }
            guard origins[index].isQuiet else { continue }
            if origins[index].quietSinceMs < 0 {
                origins[index].quietSinceMs = nowMs
            } else if nowMs - origins[index].quietSinceMs >= limits.originLingerMs {
                origins.remove(index)
                forget(index)
            }
        }
    }

    mutating func drain(_ actions: inout ActionBuffer) {
        draining = true
        for index in 0..<Int32(origins.count) where origins.isLive(index) {
            while origins[index].free.head >= 0 { closeFree(origins[index].free.head, of: index, &actions) }
        }
    }

    // MARK: Steps

    private mutating func expireWaiters(_ origin: Int32, _ nowMs: Int64, _ actions: inout ActionBuffer) {
        expireWaiters(from: origins[origin].anyQueue.head, nowMs, &actions)
        expireWaiters(from: origins[origin].recentQueue.head, nowMs, &actions)
        expireWaiters(from: origins[origin].newQueue.head, nowMs, &actions)
        settleCounts(origin)
    }

    private mutating func expireWaiters(from head: Int32, _ nowMs: Int64, _ actions: inout ActionBuffer) {
        var waiter = head
        while waiter >= 0 {
            let next = waiters[waiter].next
            if !waiters[waiter].hasDial {
                // In order of arrival, hence of deadline: the first that has time left ends the search.
                if waiters[waiter].deadlineMs > nowMs { return }
                actions.append(.timedOut(removeWaiter(waiter)))
                counters.timedOut &+= 1
            }
            waiter = next
        }
    }

    private mutating func expireFree(_ origin: Int32, _ nowMs: Int64, _ actions: inout ActionBuffer) {
        var nextExpiryMs = Int64.max
        var socket = origins[origin].free.head
        while socket >= 0 {
            let next = sockets[socket].next
            let expiryMs = sockets[socket].idleSinceMs + sockets[socket].idleLimitMs
            if expiryMs <= nowMs {
                closeFree(socket, of: origin, &actions)
                counters.idleExpired &+= 1
            } else {
                nextExpiryMs = min(nextExpiryMs, expiryMs)
            }
            socket = next
        }
        origins[origin].nextExpiryMs = nextExpiryMs
    }

    /// Closes this loop's part of what is above `maxFreeSockets`, the longest idle first.
    private mutating func closeSurplus(_ origin: Int32, _ nowMs: Int64, _ actions: inout ActionBuffer) {
        let here = origins[origin].free.count
        let total = max(here, here + share(of: origin).freeCount(except: loop))
        guard total > limits.maxFreeSockets else { return }
        // In proportion: loops that sweep in the same instant must not each close the whole surplus.
        var part = ((total - limits.maxFreeSockets) * here + total - 1) / total
        var socket = origins[origin].free.tail
        while part > 0 && socket >= 0 && nowMs - sockets[socket].idleSinceMs >= limits.freeSurplusGraceMs {
            let younger = sockets[socket].previous
            closeFree(socket, of: origin, &actions)
            counters.surplusClosed &+= 1
            part -= 1
            socket = younger
        }
    }

    private mutating func closeFree(_ socket: Int32, of origin: Int32, _ actions: inout ActionBuffer) {
        takeFree(socket, of: origin)
        sockets[socket].state = .closing
        actions.append(.close(sockets.handle(socket)))
    }
}
