/// Carries a value that is confined to one loop through a `@Sendable` closure that comes back to that same loop.
///
/// SAFETY: `@unchecked Sendable` because the value is only touched through `value(on:)`, which checks in debug builds that
/// the caller is on the loop that the value belongs to; in between it is merely held. Its last reference must also be dropped
/// there, which holds for closures that a mailbox runs and releases on the loop.
public struct LoopBound<Value>: @unchecked Sendable {
    private let held: Value

    /// Wraps a value that belongs to the loop that it will be asked for on.
    public init(_ value: Value) { held = value }

    /// The value. Only on the loop it belongs to.
    public func value(on loop: EventLoop) -> Value {
        loop.assertOnLoop()
        return held
    }
}
