import Glibc
import HTTPWire

/// The time of log lines, in UTC with milliseconds, from the loop's clock.
///
/// The system's clock is asked, and the text of a second made, once a second; what is set in between is seen then.
struct LogTime {
    /// `2026-01-02T03:04:05.` of the second it is.
    private var second: [UInt8] = []
    /// When that second began, by the loop's clock. At first so long ago that no loop is in it.
    private var beganNs: Int64 = -2_000_000_000

    /// Writes the time, which is `nowNs` by the loop's clock.
    mutating func write(nowNs: UInt64, _ writer: inout HeadWriter) {
        if sinceNs(nowNs) >= 1_000_000_000 { take() }
        second.withUnsafeBytes { writer.append($0) }
        // The loop's clock stands still during a turn: it may be behind the second that the system's clock has begun.
        let ms = max(sinceNs(nowNs), 0) / 1_000_000
        writer.append(decimal: UInt64(bitPattern: ms), digits: 3)
        writer.append("Z")
    }

    private func sinceNs(_ nowNs: UInt64) -> Int64 { Int64(bitPattern: nowNs) &- beganNs }

    /// Asks both clocks.
    private mutating func take() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        beganNs = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        clock_gettime(CLOCK_REALTIME, &now)
        beganNs -= Int64(now.tv_nsec)
        second = Self.text(now.tv_sec)
    }

    private static func text(_ seconds: time_t) -> [UInt8] {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ value: CInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let text =
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))."
        return Array(text.utf8)
    }
}
