import Engine
import Glibc

/// What failed of late on one loop: a table of fixed size, in which the same again is one more in its row.
///
/// A flood of one failure therefore takes one row and a comparison, and a flood of different ones is let in at a fixed rate:
/// neither costs anything, nor does it push out what else happened.
struct RecentFailures {
    /// Rows kept.
    static let capacity = 64
    /// New rows within a second; further ones are counted only.
    static let newRowsPerSecond = 32
    /// Longest method and host kept.
    private static let maxTextBytes = 255

    /// The rows, in no particular order.
    private(set) var rows: [RecentFailure] = []
    /// Failures that were not let in.
    private(set) var omitted: UInt64 = 0
    /// Hashes of the rows' identities, at the same places: what is compared first.
    private var keys: [Int] = []
    /// When each row was last touched, in the order of touches.
    private var touches: [UInt64] = []
    private var touch: UInt64 = 0
    private var second: UInt64 = 0
    private var newRows = 0

    /// Remembers a failure. `nowMs` is the loop's time; `record` is borrowed for the call.
    mutating func note(
        _ record: AccessRecord, _ report: FailureReport, nowMs: UInt64, wallMs: () -> Int64 = Self.wallMs
    ) {
        touch &+= 1
        let key = Self.key(record, report)
        if let place = keys.firstIndex(of: key), rows[place].kind == report.kind {
            touches[place] = touch
            rows[place].count &+= 1
            update(&rows[place], record, report, wallMs())
            return
        }
        guard hasRoomForNew(nowMs) else {
            omitted &+= 1
            return
        }
        var row = RecentFailure(
            timeMs: 0, client: record.client, method: Self.text(record.method),
            destination: Self.destination(record), status: 0, kind: report.kind, durationNs: 0, id: report.id)
        update(&row, record, report, wallMs())
        guard rows.count == Self.capacity else {
            rows.append(row)
            keys.append(key)
            touches.append(touch)
            return
        }
        let oldest = touches.indices.min { touches[$0] < touches[$1] } ?? 0
        rows[oldest] = row
        keys[oldest] = key
        touches[oldest] = touch
    }

    private func update(_ row: inout RecentFailure, _ record: AccessRecord, _ report: FailureReport, _ wallMs: Int64) {
        row.timeMs = wallMs
        row.client = record.client
        row.status = record.status
        row.detail = report.detail
        row.errno = report.errno
        row.durationNs = record.totalNs
        row.id = report.id
    }

    private mutating func hasRoomForNew(_ nowMs: UInt64) -> Bool {
        if nowMs / 1000 != second {
            second = nowMs / 1000
            newRows = 0
        }
        newRows += 1
        return newRows <= Self.newRowsPerSecond
    }

    /// Kind, client without its port, method, host and port. Keyed at random for each process, so that nobody can choose
    /// requests that are taken for one.
    private static func key(_ record: AccessRecord, _ report: FailureReport) -> Int {
        var hasher = Hasher()
        hasher.combine(report.kind)
        switch record.client {
        case .ipv4(let address, _): hasher.combine(address)
        case .ipv6(let high, let low, _, _):
            hasher.combine(high)
            hasher.combine(low)
        case .unix: break
        }
        hasher.combine(record.method.count)
        hasher.combine(bytes: record.method)
        hasher.combine(bytes: record.host)
        hasher.combine(record.port)
        return hasher.finalize()
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix(maxTextBytes), as: UTF8.self)
    }

    private static func destination(_ record: AccessRecord) -> String {
        guard !record.host.isEmpty else { return "" }
        let host = text(record.host)
        return host.contains(":") ? "[\(host)]:\(record.port)" : "\(host):\(record.port)"
    }

    static func wallMs() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
