import Glibc
import HTTPWire

/// The time of log lines, in UTC with milliseconds, from the loop's clock.
///
/// The system's clock is asked, and the text of a second made, once a second; what is set in between is seen then.
struct LogTime {
    /// What both clocks say at the same moment, in nanoseconds.
    struct Clocks {
        /// The loop's clock, CLOCK_MONOTONIC.
        var loopNs: Int64
        /// Since 1970.
        var unixNs: Int64

        static func now() -> Clocks { Clocks(loopNs: ask(CLOCK_MONOTONIC), unixNs: ask(CLOCK_REALTIME)) }

        private static func ask(_ clock: clockid_t) -> Int64 {
            var now = timespec()
            clock_gettime(clock, &now)
            return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        }
    }

    /// `2026-01-02T03:04:05.` of the second it is.
    private var second: [UInt8] = []
    /// When that second began, by the loop's clock. At first so long ago that no loop is in it.
    private var beganNs: Int64 = -2_000_000_000

    /// Writes the time, which is `nowNs` by the loop's clock.
    mutating func write(nowNs: UInt64, _ writer: inout HeadWriter, asking clocks: () -> Clocks = Clocks.now) {
        if sinceNs(nowNs) >= 1_000_000_000 { take(clocks()) }
        second.withUnsafeBytes { writer.append($0) }
        // The loop's clock stands still during a turn: it may be behind the second that the system's clock has begun.
        let ms = max(sinceNs(nowNs), 0) / 1_000_000
        writer.append(decimal: UInt64(bitPattern: ms), digits: 3)
        writer.append("Z")
    }

    private func sinceNs(_ nowNs: UInt64) -> Int64 { Int64(bitPattern: nowNs) &- beganNs }

    private mutating func take(_ clocks: Clocks) {
        let (seconds, ns) = clocks.unixNs.quotientAndRemainder(dividingBy: 1_000_000_000)
        beganNs = clocks.loopNs - ns
        second = Self.text(time_t(seconds))
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
