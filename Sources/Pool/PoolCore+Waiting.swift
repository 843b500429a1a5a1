/// Requests that found no free socket on their loop: what is put under way for them.
extension PoolCore {
    /// Not hot: a request that gets here costs a dial or a message between loops.
    @inline(never)
    mutating func acquireWithoutFree(
        _ origin: Int32, waiter id: WaiterID, nowMs: Int64, need: SocketNeed
    ) -> AcquireAction {
        let share = share(of: origin)
        origins[origin].quietSinceMs = -1
        let waiter = enqueue(id, origin: origin, nowMs: nowMs, need: need)
        // A dial whose request was served otherwise, or an answer on its way, is going to serve this one.
        if origins[origin].uncovered <= 0 && takePlace(origin) { return .queued(waiters.handle(waiter)) }
        if need == .any && remoteFreeExceedsQuestions(origin) && takePlace(origin), let other = ask(origin) {
            return .ask(loop: other, waiters.handle(waiter))
        }
        if share.tryReserveSlot(limit: limits.maxSockets) {
            beginDial(origin, for: waiter)
            return .dial(waiters.handle(waiter))
        }
        guard takePlace(origin) else {
            _ = removeWaiter(waiter)
            settleCounts(origin)
            counters.rejected &+= 1
            return .rejected(.queueFull)
        }
        if let socket = evictOldest(origin) { return .evict(socket, waiters.handle(waiter)) }
        arm(origin)
        // The second look of the lost-wakeup argument in `OriginShare`.
        if share.tryReserveSlot(limit: limits.maxSockets) {
            beginDial(origin, for: waiter)
            return .dial(waiters.handle(waiter))
        }
        if let other = ask(origin) { return .ask(loop: other, waiters.handle(waiter)) }
        return .queued(waiters.handle(waiter))
    }

    /// Puts something under way for every request that nothing is under way for, as far as the limit
    /// and the other loops allow; marks this loop as waiting for the rest.
    mutating func cover(_ origin: Int32, _ actions: inout ActionBuffer) {
        let share = share(of: origin)
        var looked = false
        while origins[origin].uncovered > 0 {
            if share.tryReserveSlot(limit: limits.maxSockets) {
                startDial(origin, &actions)
            } else if let socket = evictOldest(origin) {
                actions.append(.close(socket))
            } else if let other = ask(origin) {
                actions.append(.ask(origins.handle(origin), loop: other))
            } else if looked {
                break
            } else {
                arm(origin)
                looked = true
            }
        }
        settleCounts(origin)
    }

    /// Uses a slot this loop holds: for a request here, for a loop that waits, or gives it back.
    ///
    /// - Parameter shareWithOthers: as for `place`.
    mutating func routeSlot(_ origin: Int32, shareWithOthers: Bool, _ actions: inout ActionBuffer) {
        // Requests covered only by a question or an eviction get the slot too: it is the surer of the two.
        let wanted = origins[origin].waiting > origins[origin].dialling
        if wanted && shareWithOthers && takesTurnElsewhere(origin), let other = claimWaitingLoop(origin) {
            actions.append(.grant(origins.handle(origin), loop: other))
        } else if wanted {
            startDial(origin, &actions)
        } else {
            freeSlot(origin, &actions)
        }
        cover(origin, &actions)
    }

    /// Gives a slot back, to a waiting loop rather than to whoever comes first: a new request elsewhere
    /// must not overtake one that waits.
    private mutating func freeSlot(_ origin: Int32, _ actions: inout ActionBuffer) {
        let share = share(of: origin)
        while true {
            if let other = claimWaitingLoop(origin) {
                actions.append(.grant(origins.handle(origin), loop: other))
                return
            }
            share.releaseSlot()
            if share.waitingLoops(except: loop) == 0 { return }
            // A loop began to wait in between and may have looked too early. If the slot is gone again, its
            // new holder comes through here in turn.
            if !share.tryReserveSlot(limit: limits.maxSockets) { return }
        }
    }

    // MARK: Steps

    /// For a slot already taken: a dial in the name of the oldest request that has none.
    private mutating func startDial(_ origin: Int32, _ actions: inout ActionBuffer) {
        let any = origins[origin].anyQueue.firstWithoutDial(in: waiters)
        let recent = origins[origin].recentQueue.firstWithoutDial(in: waiters)
        let new = origins[origin].newQueue.firstWithoutDial(in: waiters)
        let waiter = older(older(any, recent), new)
        precondition(waiter >= 0, "every request has a dial: \(origins[origin])")
        beginDial(origin, for: waiter)
        actions.append(.dial(origins.handle(origin), waiters.handle(waiter), waiters[waiter].id))
    }

    private mutating func beginDial(_ origin: Int32, for waiter: Int32) {
        waiters[waiter].hasDial = true
        origins[origin].dialling += 1
        settleCounts(origin)
    }

    private func remoteFreeExceedsQuestions(_ origin: Int32) -> Bool {
        guard loopCount > 1 else { return false }
        return share(of: origin).freeCount(except: loop) > origins[origin].asking
    }

    /// Begins a question if another loop has a free socket that is not asked for yet.
    private mutating func ask(_ origin: Int32) -> Int? {
        guard remoteFreeExceedsQuestions(origin),
            let other = share(of: origin).loopWithFree(except: loop, after: origins[origin].askTurn)
        else { return nil }
        origins[origin].askTurn = other
        origins[origin].asking += 1
        counters.asked &+= 1
        return other
    }

    /// At the limit, with free sockets here that are too old for those who wait: closes the oldest.
    private mutating func evictOldest(_ origin: Int32) -> SocketRef? {
        let socket = origins[origin].free.tail
        guard socket >= 0 else { return nil }
        takeFree(socket, of: origin)
        sockets[socket].state = .evicting
        origins[origin].evicting += 1
        counters.evicted &+= 1
        return sockets.handle(socket)
    }

    // MARK: Queue

    private mutating func enqueue(_ id: WaiterID, origin: Int32, nowMs: Int64, need: SocketNeed) -> Int32 {
        sequence &+= 1
        let waiter = waiters.insert(
            WaiterEntry(
                id: id, deadlineMs: nowMs + limits.queueTimeoutMs, sequence: sequence, origin: origin, need: need))
        switch need {
        case .any: origins[origin].anyQueue.append(waiter, in: &waiters)
        case .recent: origins[origin].recentQueue.append(waiter, in: &waiters)
        case .new: origins[origin].newQueue.append(waiter, in: &waiters)
        }
        origins[origin].waiting += 1
        return waiter
    }

    /// Takes a request out of its queue and returns the caller's name for it.
    mutating func removeWaiter(_ waiter: Int32) -> WaiterID {
        let origin = waiters[waiter].origin
        switch waiters[waiter].need {
        case .any: origins[origin].anyQueue.remove(waiter, from: &waiters)
        case .recent: origins[origin].recentQueue.remove(waiter, from: &waiters)
        case .new: origins[origin].newQueue.remove(waiter, from: &waiters)
        }
        origins[origin].waiting -= 1
        let id = waiters[waiter].id
        waiters.remove(waiter)
        return id
    }

    /// The oldest request that needs no more than `need`.
    func oldestWaiter(_ origin: Int32, upTo need: SocketNeed) -> Int32? {
        var waiter = origins[origin].anyQueue.head
        if need != .any { waiter = older(waiter, origins[origin].recentQueue.head) }
        if need == .new { waiter = older(waiter, origins[origin].newQueue.head) }
        return waiter >= 0 ? waiter : nil
    }

    private func older(_ one: Int32, _ other: Int32) -> Int32 {
        if one < 0 { return other }
        if other < 0 { return one }
        return waiters[one].sequence < waiters[other].sequence ? one : other
    }

    // MARK: Shared counts

    /// Takes the queue place that a newly enqueued request needs, if it needs one.
    private mutating func takePlace(_ origin: Int32) -> Bool {
        let needed = max(0, origins[origin].waiting - origins[origin].dialling)
        guard needed > origins[origin].places else { return true }
        guard share(of: origin).tryReservePlace(limit: limits.maxQueued) else { return false }
        origins[origin].places += 1
        return true
    }

    /// Gives back queue places no longer needed and the mark of a loop that waits no longer.
    mutating func settleCounts(_ origin: Int32) {
        let needed = max(0, origins[origin].waiting - origins[origin].dialling)
        let surplus = origins[origin].places - needed
        precondition(surplus >= 0, "queue place not taken: \(origins[origin])")
        if surplus > 0 {
            share(of: origin).releasePlaces(surplus)
            origins[origin].places = needed
        }
        if origins[origin].armed && origins[origin].uncovered <= 0 {
            origins[origin].armed = false
            share(of: origin).clearWaiting(loop)
        }
    }

    private mutating func arm(_ origin: Int32) {
        guard loopCount > 1 else { return }
        origins[origin].armed = true
        share(of: origin).setWaiting(loop)
    }

    mutating func claimWaitingLoop(_ origin: Int32) -> Int? {
        guard loopCount > 1,
            let other = share(of: origin).claimWaiting(except: loop, after: origins[origin].gaveTurn)
        else { return nil }
        origins[origin].gaveTurn = other
        return other
    }

    /// Alternates between this loop and the others, for when requests wait here.
    mutating func takesTurnElsewhere(_ origin: Int32) -> Bool {
        guard loopCount > 1, share(of: origin).waitingLoops(except: loop) != 0 else { return false }
        origins[origin].elsewhereNext.toggle()
        return !origins[origin].elsewhereNext
    }

    func share(of origin: Int32) -> OriginShare {
        guard let share = origins[origin].share else { preconditionFailure("origin \(origin) has been forgotten") }
        return share
    }
}
