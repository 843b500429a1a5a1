/// Is a body that is being read arriving fast enough? Pure: time and bytes come in, a verdict comes out.
///
/// Two bounds: no longer than `idleMs` without a byte, and at least `windowBytes` in each `windowMs`. The second is what a
/// sender that trickles one byte at a time does not meet.
struct BodyPace {
    enum Verdict: Equatable {
        /// Fast enough so far: ask again after so many milliseconds.
        case again(afterMs: UInt64)
        case tooSlow
    }

    private let idleMs: UInt64
    private let windowMs: UInt64
    private let windowBytes: UInt64
    private var lastMs: UInt64 = 0
    private var windowStartMs: UInt64 = 0
    private var windowCount: UInt64 = 0

    init(idleMs: UInt64, windowMs: UInt64, windowBytes: UInt64) {
        self.idleMs = idleMs
        self.windowMs = windowMs
        self.windowBytes = windowBytes
    }

    /// Reading begins, or goes on after a pause that was not the sender's fault. Returns when to ask for the verdict.
    mutating func start(nowMs: UInt64) -> UInt64 {
        lastMs = nowMs
        windowStartMs = nowMs
        windowCount = 0
        return min(idleMs, windowMs)
    }

    mutating func received(_ count: UInt64, nowMs: UInt64) {
        lastMs = nowMs
        windowCount &+= count
    }

    mutating func verdict(nowMs: UInt64) -> Verdict {
        if nowMs >= lastMs &+ idleMs { return .tooSlow }
        if nowMs >= windowStartMs &+ windowMs {
            if windowCount < windowBytes { return .tooSlow }
            windowStartMs = nowMs
            windowCount = 0
        }
        return .again(afterMs: max(1, min(lastMs &+ idleMs, windowStartMs &+ windowMs) - nowMs))
    }
}
