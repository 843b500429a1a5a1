import Policy

/// The minute of the week that rules look at. Asks the machine's clock at most twice a second, however many requests ask.
struct RuleClock {
    private let offsetMinutes: Int
    private var minute = WeekMinute(day: 0, minute: 0)
    private var goodUntilMs: UInt64 = 0

    /// How long an answer of the machine's clock is good for. It may be set at any time.
    private static let goodForMs: UInt64 = 500

    /// A clock for rules that are meant for people so many minutes east of UTC.
    init(offsetMinutes: Int) { self.offsetMinutes = offsetMinutes }

    /// The minute now; `nowMs` is the loop's time, `unixSeconds` the machine's.
    mutating func minute(nowMs: UInt64, unixSeconds: () -> Int64) -> WeekMinute {
        guard nowMs >= goodUntilMs else { return minute }
        goodUntilMs = nowMs &+ Self.goodForMs
        minute = WeekMinute(unixSeconds: unixSeconds(), offsetMinutes: offsetMinutes)
        return minute
    }
}
