/// A free socket on its way from one loop to another, with the age it takes along.
///
/// While it travels it belongs to nobody but the message: the giving loop has dropped it, its slot stays
/// counted, and the receiving loop must pass it to `received` even when it is shutting down.
public struct GivenSocket<Connection> {
    /// The shell's connection; the receiving shell may replace it before `received`.
    public var connection: Connection
    /// When it became free, on the clock all loops share.
    public let idleSinceMs: Int64
    /// How long it may stay free, counted from `idleSinceMs`.
    public let idleLimitMs: Int64
    /// True when it answers an `ask`, false when the giving loop saw this loop's waiters by itself.
    public let answersQuestion: Bool

    /// For the shell that performs `ReleaseAction.give`: `idleSinceMs` is the time of that release,
    /// and `answersQuestion` false.
    public init(connection: Connection, idleSinceMs: Int64, idleLimitMs: Int64, answersQuestion: Bool = false) {
        self.connection = connection
        self.idleSinceMs = idleSinceMs
        self.idleLimitMs = idleLimitMs
        self.answersQuestion = answersQuestion
    }
}

extension GivenSocket: Sendable where Connection: Sendable {}
