/// One origin as one loop sees it.
struct OriginState: SlabElement {
    /// nil in a vacant entry only.
    var share: OriginShare?
    /// SAFETY: this loop's cell in `share`, which this entry keeps alive.
    var cell: UnsafeMutablePointer<OriginShare.LoopCell>?
    var free = FreeList()
    /// Waiting requests by what they need.
    var anyQueue = WaiterQueue()
    var recentQueue = WaiterQueue()
    var newQueue = WaiterQueue()
    /// Requests in all queues.
    var waiting = 0
    /// Places of `share.queued` this loop holds: `max(0, waiting - dialling)`.
    var places = 0
    /// Sockets of this loop, free and closing ones included.
    var open = 0
    /// Dials under way.
    var dialling = 0
    /// Questions to other loops that are not answered yet.
    var asking = 0
    /// Sockets being closed to give a waiter their slot.
    var evicting = 0
    /// No free socket expires before this.
    var nextExpiryMs = Int64.max
    /// Since when a sweep has found nothing here; -1 when there was something.
    var quietSinceMs: Int64 = -1
    /// The loop last given something, and the loop last asked: where the next search starts after.
    var gaveTurn = 0
    var askTurn = 0
    var next: Int32 = -1
    var generation: UInt32 = 0
    /// This loop's bit was set since it was last cleared by this loop; another loop may have claimed it.
    var armed = false
    /// With requests waiting here and elsewhere, the next socket or slot goes elsewhere.
    var elsewhereNext = false

    static var vacant: OriginState { OriginState() }

    /// Requests that nothing under way is going to serve. Negative when more is under way than waits.
    var uncovered: Int { waiting - dialling - asking - evicting }

    /// Nothing left that needs this entry.
    var isQuiet: Bool { open == 0 && waiting == 0 && dialling == 0 && asking == 0 }
}
