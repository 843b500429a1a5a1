/// One request that waits on this loop.
struct WaiterEntry: SlabElement {
    var id: WaiterID
    var deadlineMs: Int64
    /// Arrival number on this loop: tells which of two queues' heads is the older.
    var sequence: UInt64
    var next: Int32 = -1
    var previous: Int32 = -1
    var origin: Int32
    var generation: UInt32 = 0
    var need: SocketNeed
    /// A dial under way is for this request: its failure ends here, and the queue's deadline does not apply.
    var hasDial = false

    static var vacant: WaiterEntry {
        WaiterEntry(id: 0, deadlineMs: 0, sequence: 0, origin: -1, need: .any)
    }
}

/// Waiting requests of one origin on one loop in order of arrival; links live in the slab, so that a
/// request is withdrawn in O(1) wherever it stands.
struct WaiterQueue {
    private(set) var head: Int32 = -1
    private(set) var tail: Int32 = -1

    mutating func append(_ waiter: Int32, in waiters: inout Slab<WaiterEntry>) {
        waiters[waiter].previous = tail
        waiters[waiter].next = -1
        if tail >= 0 { waiters[tail].next = waiter } else { head = waiter }
        tail = waiter
    }

    mutating func remove(_ waiter: Int32, from waiters: inout Slab<WaiterEntry>) {
        let later = waiters[waiter].next
        let earlier = waiters[waiter].previous
        if later >= 0 { waiters[later].previous = earlier } else { tail = earlier }
        if earlier >= 0 { waiters[earlier].next = later } else { head = later }
    }

    /// The oldest that no dial under way is for. Passes at most one request per dial.
    func firstWithoutDial(in waiters: borrowing Slab<WaiterEntry>) -> Int32 {
        var waiter = head
        while waiter >= 0 && waiters[waiter].hasDial { waiter = waiters[waiter].next }
        return waiter
    }
}
