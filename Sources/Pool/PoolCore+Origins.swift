/// Origins come and are looked at.
extension PoolCore {
    mutating func addOrigin(share: OriginShare) -> OriginRef {
        var state = OriginState()
        state.share = share
        state.cell = share.cell(loop)
        state.gaveTurn = loop
        state.askTurn = loop
        return origins.handle(origins.insert(state))
    }

    func isLive(_ ref: OriginRef) -> Bool { origins.holds(ref) }

    func figures<Key>(of ref: OriginRef, key: Key) -> PoolSnapshot<Key>.Origin {
        let origin = origins[ref.index]
        return PoolSnapshot.Origin(
            key: key, inUse: origin.open - origin.free.count, dialling: origin.dialling, free: origin.free.count,
            waiting: origin.waiting)
    }

    /// Stops if this loop's counts contradict each other. For tests: walks everything.
    func checkInvariants() {
        for index in 0..<Int32(origins.count) where origins.isLive(index) {
            let origin = origins[index]
            precondition(origin.places == max(0, origin.waiting - origin.dialling), "places: \(origin)")
            precondition(origin.free.count >= 0 && origin.free.count <= origin.open, "free: \(origin)")
            precondition(origin.open + origin.dialling <= limits.maxSockets, "over the limit: \(origin)")
            precondition(origin.asking >= 0 && origin.evicting >= 0 && origin.waiting >= 0, "negative: \(origin)")
            precondition(origin.armed || origin.uncovered <= 0 || loopCount == 1, "waits unmarked: \(origin)")
            var free = 0
            var socket = origin.free.head
            while socket >= 0 {
                precondition(sockets[socket].state == .free && sockets[socket].origin == index, "\(sockets[socket])")
                free += 1
                socket = sockets[socket].next
            }
            precondition(free == origin.free.count, "\(free) in the list: \(origin)")
        }
    }
}
