/// Slows down whoever sends wrong passwords: after a few, each costs a pause twice as long as the one before.
///
/// Wrong passwords are forgotten one by one as time goes by, not by a right one: who has one account could else try others for
/// free. Memory is bounded, the longest unseen gives way. Pure: time is an argument.
public struct LoginThrottle: Sendable {
    /// How it is done.
    public struct Options: Hashable, Sendable {
        /// Wrong passwords without consequence.
        public var free = 5
        /// The first pause.
        public var firstPauseMs: UInt64 = 1_000
        /// The longest pause.
        public var longestPauseMs: UInt64 = 60_000
        /// After how long one wrong password is forgotten.
        public var forgetMs: UInt64 = 60_000

        /// Five free, then 1 s up to 1 min; one forgotten each minute.
        public init() {}
    }

    private struct Record: Sendable {
        var failures = 0
        /// Since when the present count has not been reduced.
        var sinceMs: UInt64
        var pausedUntilMs: UInt64 = 0
    }

    private let options: Options
    private var table: RecentTable<ClientKey, Record>

    /// A throttle that knows at most `capacity` addresses.
    public init(_ options: Options = Options(), capacity: Int) {
        self.options = options
        table = RecentTable(capacity: capacity)
    }

    /// How many are known.
    public var count: Int { table.count }

    /// How many milliseconds from now a password from here should not even be looked at; 0 for go on.
    public mutating func pauseMs(_ key: ClientKey, nowMs: UInt64) -> UInt64 {
        guard let place = table.find(key) else { return 0 }
        forget(place, nowMs)
        guard table[place].failures > 0 else {
            table.remove(place)
            return 0
        }
        let until = table[place].pausedUntilMs
        return until > nowMs ? until - nowMs : 0
    }

    /// A password from here was wrong. Returns the pause that follows.
    @discardableResult
    public mutating func failed(_ key: ClientKey, nowMs: UInt64) -> UInt64 {
        guard let place = table.find(key) ?? table.insert(key, Record(sinceMs: nowMs)) else { return 0 }
        forget(place, nowMs)
        table.touch(place)
        if table[place].failures == 0 { table[place].sinceMs = nowMs }
        table[place].failures += 1
        let beyond = table[place].failures - options.free
        guard beyond > 0 else { return 0 }
        // Twenty doublings are more than any longest pause; shifting further would lose the bit.
        let pause = min(options.firstPauseMs << UInt64(min(beyond - 1, 20)), options.longestPauseMs)
        table[place].pausedUntilMs = nowMs + pause
        return pause
    }

    private mutating func forget(_ place: Int32, _ nowMs: UInt64) {
        let since = table[place].sinceMs
        guard options.forgetMs > 0, nowMs > since else { return }
        let steps = (nowMs - since) / options.forgetMs
        guard steps > 0 else { return }
        table[place].failures -= min(table[place].failures, Int(clamping: steps))
        table[place].sinceMs = since + steps * options.forgetMs
    }
}
