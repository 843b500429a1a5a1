/// A minute of the week in some fixed offset from UTC: all of time that rules look at.
public struct WeekMinute: Hashable, Sendable {
    /// 0..<10080, from Monday 00:00.
    public let value: Int

    /// Minutes in a day.
    public static let perDay = 1440
    /// Minutes in a week.
    public static let perWeek = 10080

    /// The minute of the week in which `unixSeconds` (since 1970, UTC) lies for people `offsetMinutes` east of UTC.
    ///
    /// The offset is fixed: no time zone's rules are known here, so summer time needs another offset.
    public init(unixSeconds: Int64, offsetMinutes: Int = 0) {
        // 1970-01-01 was a Thursday.
        let week = Int64(Self.perWeek)
        let seconds = (unixSeconds % 60 + 60) % 60
        let minutes = (unixSeconds &- seconds) / 60 + Int64(offsetMinutes) + 3 * Int64(Self.perDay)
        value = Int((minutes % week + week) % week)
    }

    /// The minute `minute` of `day`, 0 for Monday.
    public init(day: Int, minute: Int) {
        value = ((day * Self.perDay + minute) % Self.perWeek + Self.perWeek) % Self.perWeek
    }

    /// 0...6, Monday first.
    public var day: Int { value / Self.perDay }
    /// 0..<1440.
    public var minuteOfDay: Int { value % Self.perDay }
}
