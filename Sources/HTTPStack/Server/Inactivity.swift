/// Has a connection been inactive for the time that was set? Pure: times and byte counts come in, a verdict comes out.
struct Inactivity {
    enum Verdict: Equatable {
        /// Ask again after so many milliseconds.
        case again(afterMs: UInt64)
        /// No byte moved for the time that was set.
        case inactive
    }

    /// 0 for never.
    private(set) var timeoutMs: UInt64 = 0
    /// When the last byte moved, on the loop's monotonic milliseconds.
    private(set) var lastMs: UInt64 = 0
    private var seenSent: UInt64 = 0

    /// Inactivity is reported after so many milliseconds from now on; 0 for never.
    mutating func set(_ msecs: UInt64, nowMs: UInt64) {
        timeoutMs = msecs
        lastMs = nowMs
    }

    /// A byte came, or was given to the kernel.
    mutating func touched(nowMs: UInt64) { lastMs = nowMs }

    /// To be asked when the time may be over. `sentBytes` counts when output waits for a slow client, of whose taking it nobody
    /// is told: `isBlocked`.
    mutating func verdict(nowMs: UInt64, sentBytes: UInt64, isBlocked: Bool) -> Verdict {
        let dueMs = lastMs &+ timeoutMs
        if nowMs < dueMs { return .again(afterMs: dueMs - nowMs) }
        guard isBlocked, sentBytes != seenSent else { return .inactive }
        seenSent = sentBytes
        lastMs = nowMs
        return .again(afterMs: timeoutMs)
    }
}
