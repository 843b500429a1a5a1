import Engine
import Logging
import Policy

/// Says in the log what rules that only report would have done. One per loop.
///
/// A line for each destination that is judged, not for each request: what was judged is kept and holds for the requests that
/// follow. And no more than `maxLinesPerS` of them.
final class ReportLog {
    private let loop: EventLoop
    private let log: Logger
    private var linesLeft = maxLinesPerS
    private var refillMs: UInt64 = 0
    private var dropped = 0

    private static let maxLinesPerS = 20

    init(_ log: Logger, loop: EventLoop) {
        self.log = log
        self.loop = loop
    }

    /// These rules would have decided about this destination.
    func note(_ reports: [RuleReference], _ host: CanonicalHost, _ port: UInt16) {
        guard !reports.isEmpty else { return }
        if loop.nowMs >= refillMs {
            refillMs = loop.nowMs + 1000
            linesLeft = Self.maxLinesPerS
            if dropped > 0 { log.notice("\(dropped) more reports of rules in the second before") }
            dropped = 0
        }
        for report in reports {
            guard linesLeft > 0 else {
                dropped += 1
                continue
            }
            linesLeft -= 1
            log.notice("\(report) would \(report.action.rawValue) \(host):\(port), but only reports")
        }
    }
}
