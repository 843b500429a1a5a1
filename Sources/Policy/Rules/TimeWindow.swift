/// Hours of some days of the week: `mon-fri 08:00-18:00`.
public struct TimeWindow: Hashable, Sendable, CustomStringConvertible {
    /// On which days it begins: bit 0 is Monday.
    public let days: UInt8
    /// Minute of the day at which it begins, 0..<1440.
    public let from: Int
    /// Minute at which it has ended, 1...1440. At or before `from` it ends on the following day.
    public let to: Int

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Nil when a number is out of its range, or no day is set.
    public init?(days: UInt8, from: Int, to: Int) {
        guard days & 0x7f == days, days != 0, 0..<1440 ~= from, 1...1440 ~= to else { return nil }
        self.days = days
        self.from = from
        self.to = to
    }

    /// Reads days and hours, either of which may be missing: `mon,wed-fri 22:00-06:00`, `sat-sun`, `08:00-18:00`.
    ///
    /// Hours past midnight belong to the day on which they begin. Nil for anything else.
    public init?(parsing text: String) {
        let words = text.lowercased().split(separator: " ")
        guard !words.isEmpty, words.count <= 2 else { return nil }
        var days: UInt8 = 0x7f
        var hours = (from: 0, to: 1440)
        var rest = words[...]
        if let first = rest.first, !(first.first?.isNumber ?? false) {
            guard let parsed = Self.days(first) else { return nil }
            days = parsed
            rest.removeFirst()
        }
        if let last = rest.popFirst() {
            guard let parsed = Self.hours(last) else { return nil }
            hours = parsed
        }
        guard rest.isEmpty else { return nil }
        self.init(days: days, from: hours.from, to: hours.to)
    }

    /// Is `now` inside?
    public func contains(_ now: WeekMinute) -> Bool {
        let minute = now.minuteOfDay
        if from < to { return begins(on: now.day) && minute >= from && minute < to }
        if minute >= from { return begins(on: now.day) }
        return minute < to && begins(on: (now.day + 6) % 7)
    }

    /// `mon,tue 08:00-18:00`.
    public var description: String {
        let list = (0..<7).filter { begins(on: $0) }.map { Self.names[$0] }.joined(separator: ",")
        return "\(list) \(Self.clock(from))-\(Self.clock(to))"
    }

    private func begins(on day: Int) -> Bool { days >> UInt8(day) & 1 == 1 }

    private static func days(_ text: Substring) -> UInt8? {
        var days: UInt8 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false).map {
                names.firstIndex(of: String($0))
            }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { return nil }
            // `sat-mon` goes around the end of the week.
            for step in 0...((last - first + 7) % 7) { days |= 1 << UInt8((first + step) % 7) }
        }
        return days
    }

    private static func hours(_ text: Substring) -> (from: Int, to: Int)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minute($0) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from < 1440, to > 0 else { return nil }
        return (from, to)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    private static func clock(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minute / 60) + ":" + two(minute % 60)
    }
}
