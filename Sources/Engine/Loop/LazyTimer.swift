/// A deadline that moves often and is reached seldom.
///
/// Moving it later is one store: the timer in the wheel stays where it is and, when it fires early, is scheduled anew for
/// the rest. Only moving it earlier than the armed timer touches the wheel. Its owner calls `fired` first thing in
/// `timerFired`, and acts only when that returns true.
public struct LazyTimer {
    private var id = EngineTimerID.none
    private var armedMs: UInt64 = 0
    /// When the deadline is reached, on the loop's monotonic milliseconds; nil when there is none.
    public private(set) var dueMs: UInt64?

    /// A timer without a deadline.
    public init() {}

    /// Sets the deadline to `delayMs` from now, replacing the one before.
    public mutating func set(_ loop: EventLoop, owner: LoopObject, tag: UInt8 = 0, afterMs delayMs: UInt64) {
        let due = loop.nowMs &+ delayMs
        dueMs = due
        if !id.isNone {
            if armedMs <= due { return }
            loop.cancel(&id)
        }
        id = loop.schedule(owner, tag: tag, afterMs: delayMs)
        armedMs = due
    }

    /// There is no deadline for now; an armed timer is left to run out, for the next `set` to reuse.
    public mutating func clear() { dueMs = nil }

    /// There will be no deadline again: the wheel lets go of the owner.
    public mutating func cancel(_ loop: EventLoop) {
        dueMs = nil
        loop.cancel(&id)
    }

    /// The wheel's timer fired: true when the deadline is really reached (it is cleared then), else it is armed for the rest.
    public mutating func fired(_ loop: EventLoop, owner: LoopObject, tag: UInt8 = 0) -> Bool {
        id = .none
        guard let due = dueMs else { return false }
        if due <= loop.nowMs {
            dueMs = nil
            return true
        }
        armedMs = due
        id = loop.schedule(owner, tag: tag, afterMs: due - loop.nowMs)
        return false
    }
}
