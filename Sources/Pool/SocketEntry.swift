/// One socket of this loop.
struct SocketEntry: SlabElement {
    enum State: UInt8 {
        /// The place is empty.
        case vacant
        /// Carries a request. Next: free, closing, evicting, or gone (given away, closed).
        case inUse
        /// In its origin's free list. Next: inUse, closing, evicting, or gone.
        case free
        /// Ordered closed. Next: gone, by `closed`.
        case closing
        /// Ordered closed so that a waiter can have its slot. Next: gone, by `closed`.
        case evicting
    }

    /// Idle since `idleSinceMs`, for at most `idleLimitMs`. Of a socket in use: what was so when its request got it, should
    /// that decline.
    var idleSinceMs: Int64 = 0
    var idleLimitMs: Int64 = 0
    /// Towards the longer idle, and towards the shorter idle.
    var next: Int32 = -1
    var previous: Int32 = -1
    var origin: Int32
    var generation: UInt32 = 0
    var state: State

    static var vacant: SocketEntry { SocketEntry(origin: -1, state: .vacant) }
}

/// The free sockets of one origin on one loop, the shortest idle first; links live in the slab.
///
/// LIFO, because the last one used is the least likely to be closing and lets the others age out.
struct FreeList {
    private(set) var head: Int32 = -1
    private(set) var tail: Int32 = -1
    private(set) var count = 0

    /// Inserts by age; O(1) for a socket that has just become free, as nearly all have.
    @inline(__always)
    mutating func insert(_ socket: Int32, in sockets: inout Slab<SocketEntry>) {
        let idleSinceMs = sockets[socket].idleSinceMs
        var older = head
        var younger: Int32 = -1
        while older >= 0 && sockets[older].idleSinceMs > idleSinceMs {
            younger = older
            older = sockets[older].next
        }
        sockets[socket].next = older
        sockets[socket].previous = younger
        if older >= 0 { sockets[older].previous = socket } else { tail = socket }
        if younger >= 0 { sockets[younger].next = socket } else { head = socket }
        count += 1
    }

    @inline(__always)
    mutating func remove(_ socket: Int32, from sockets: inout Slab<SocketEntry>) {
        let older = sockets[socket].next
        let younger = sockets[socket].previous
        if older >= 0 { sockets[older].previous = younger } else { tail = younger }
        if younger >= 0 { sockets[younger].next = older } else { head = older }
        count -= 1
        assert(count >= 0, "free list of \(count)")
    }
}
