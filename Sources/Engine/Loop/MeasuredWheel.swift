/// A timer wheel as the loop has one, for `Benchmarks/micro`, which counts its instructions: in its own module, so that it is
/// specialised as the loop's is.
package struct MeasuredWheel {
    private var wheel = TimerWheel<Int>(nowMs: 0)

    /// An empty wheel at time 0.
    package init() {}

    /// Schedules a timer; `advance` adds up `payload`.
    package mutating func schedule(_ payload: Int, dueMs: UInt64) -> TimerWheel<Int>.ID {
        wheel.schedule(payload, dueMs: dueMs)
    }

    /// Removes a timer and returns its payload, 0 when it was there no more.
    package mutating func cancel(_ id: TimerWheel<Int>.ID) -> Int { wheel.cancel(id) ?? 0 }

    /// Moves time, and returns the sum of what came due.
    package mutating func advance(to nowMs: UInt64) -> Int {
        var sum = 0
        wheel.advance(to: nowMs) { sum &+= $0 }
        return sum
    }
}
