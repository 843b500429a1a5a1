import HTTPWire
import Testing

@testable import ProxyApp

/// The time of log lines, by two clocks that the test sets.
@Suite struct LogTimeTests {
    /// 2026-01-02T03:04:05.678Z.
    private let unixNs: Int64 = 1_767_323_045_678_000_000
    private let loopNs: Int64 = 5_000_000_000

    private func written(_ time: inout LogTime, nowNs: Int64, _ clocks: () -> LogTime.Clocks) -> String {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { room in
            var writer = HeadWriter(room)
            time.write(nowNs: UInt64(nowNs), &writer, asking: clocks)
            return String(decoding: writer.written, as: UTF8.self)
        }
    }

    private func clocks() -> LogTime.Clocks { LogTime.Clocks(loopNs: loopNs, unixNs: unixNs) }

    @Test func firstLineHasTheSystemsTime() {
        var time = LogTime()
        #expect(written(&time, nowNs: loopNs, clocks) == "2026-01-02T03:04:05.678Z")
    }

    @Test func restOfTheSecondIsTheLoopsAndTheSystemIsNotAsked() {
        var time = LogTime()
        _ = written(&time, nowNs: loopNs, clocks)
        for (laterMs, text) in [(0, "678"), (1, "679"), (321, "999")] as [(Int64, String)] {
            let line = written(&time, nowNs: loopNs + laterMs * 1_000_000) {
                Issue.record("asked \(laterMs) ms later")
                return clocks()
            }
            #expect(line == "2026-01-02T03:04:05.\(text)Z")
        }
    }

    @Test(arguments: [0, 86_400, -86_400] as [Int64])
    func nextSecondIsAskedFor(jumpedS: Int64) {
        var time = LogTime()
        _ = written(&time, nowNs: loopNs, clocks)
        let laterNs: Int64 = 322_000_000
        let line = written(&time, nowNs: loopNs + laterNs) {
            LogTime.Clocks(loopNs: loopNs + laterNs, unixNs: unixNs + laterNs + jumpedS * 1_000_000_000)
        }
        let day = 2 + jumpedS / 86_400
        #expect(line == "2026-01-0\(day)T03:04:06.000Z")
    }

    @Test func turnThatBeganBeforeTheSecondHasItsFirstMoment() {
        var time = LogTime()
        let line = written(&time, nowNs: loopNs - 700_000_000, clocks)
        #expect(line == "2026-01-02T03:04:05.000Z")
    }
}
