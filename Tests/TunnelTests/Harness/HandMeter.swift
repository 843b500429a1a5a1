import Engine

/// Allows what the test gives it.
///
/// SAFETY: `@unchecked Sendable`: made before the loop gets it, and touched on the loop's thread alone from then on.
final class HandMeter: FlowMeter, @unchecked Sendable {
    var left: UInt64
    /// Called when somebody asks in vain.
    var whenSpent: (() -> Void)?
    private(set) var overdrawn: UInt64 = 0

    init(_ left: UInt64) { self.left = left }

    func allowance() -> UInt64 {
        if left == 0 { whenSpent?() }
        return left
    }

    func moved(_ count: UInt64) {
        if count > left { overdrawn += count - left }
        left -= min(count, left)
    }
}
