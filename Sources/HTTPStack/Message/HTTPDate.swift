import Glibc

/// The current time as a Date field's value, made once a second. RFC 9110 5.6.7.
public final class HTTPDate {
    private var second: time_t = -1
    /// 29 bytes, `Sun, 06 Nov 1994 08:49:37 GMT`.
    public private(set) var bytes: [UInt8] = []

    /// The time now.
    public init() { refresh() }

    /// The value now.
    public var text: String {
        refresh()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Brings `bytes` up to date; cheap when the second has not changed.
    public func refresh() {
        let now = time(nil)
        guard now != second else { return }
        second = now
        var parts = tm()
        var moment = now
        gmtime_r(&moment, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: CInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let text =
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
        bytes = Array(text.utf8)
    }
}
