import Synchronization

/// The process-wide list of origins that at least one loop remembers. One per set of pools.
///
/// Its lock is taken when a loop first meets an origin and when it forgets one, never per request.
public final class SharedOrigins<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        let share: OriginShare
        var loops: Int
    }

    /// How many loops share; `Pool.init` takes indices 0..<loopCount.
    public let loopCount: Int
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameter loopCount: 1...64.
    public init(loopCount: Int) {
        precondition((1...64).contains(loopCount), "loopCount \(loopCount) is not in 1...64")
        self.loopCount = loopCount
    }

    /// Origins remembered by any loop.
    public var count: Int { entries.withLock { $0.count } }

    /// Sockets this origin has over all loops, dials and travelling ones included; 0 when unknown.
    public func totalSockets(of key: Key) -> Int {
        entries.withLock { $0[key]?.share.total ?? 0 }
    }

    /// Requests of this origin that wait over all loops without a dial of their own; 0 when unknown.
    public func totalQueued(of key: Key) -> Int {
        entries.withLock { $0[key]?.share.queued ?? 0 }
    }

    func retain(_ key: Key) -> OriginShare {
        entries.withLock { entries in
            if let entry = entries[key] {
                entries[key]?.loops += 1
                return entry.share
            }
            let share = OriginShare(loopCount: loopCount)
            entries[key] = Entry(share: share, loops: 1)
            return share
        }
    }

    /// One loop has forgotten the origin. The entry stays while a socket or a slot is travelling to a loop
    /// that forgot it meanwhile: the arrival retains it again, and the limit stays exact.
    func release(_ key: Key) {
        entries.withLock { entries in
            guard var entry = entries[key], entry.loops > 0 else {
                preconditionFailure("origin released by a loop that never met it")
            }
            entry.loops -= 1
            entries[key] = entry.loops == 0 && entry.share.total == 0 ? nil : entry
        }
    }
}
