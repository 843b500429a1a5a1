import Engine
import HTTPWire
import Policy

/// One loop's access log: lines are rendered into a block as exchanges end, and handed to the sink in batches.
///
/// No allocation per line; a batch goes when the block is nearly full or `flushMs` after its first line.
final class AccessLog: LoopObject {
    /// How long a line may wait in the block.
    static let flushMs: UInt64 = 100
    /// Longest method and target written; the rest is cut and marked by `...`.
    static let maxTargetBytes = 2048
    private static let capacity = 65_536
    /// No line is longer: every byte of target and user may become four (`\xHH`) or six (`\u00HH`).
    private static let maxLineBytes = maxTargetBytes * 7 + BasicCredentials.maxUserBytes * 6 + 1024

    private let loop: EventLoop
    private let sink: LogSink
    private let isJSON: Bool
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    private var count = 0
    private var timer = EngineTimerID.none
    private var time = LogTime()
    private var lastClient: SocketAddress?
    private var lastClientText: [UInt8] = []

    init(loop: EventLoop, sink: LogSink, isJSON: Bool) {
        self.loop = loop
        self.sink = sink
        self.isJSON = isJSON
    }

    deinit { block.deallocate() }

    /// Writes a line; that of a request that failed has its number.
    func write(_ record: AccessRecord, _ failure: FailureReport? = nil) {
        if Self.capacity - count < Self.maxLineBytes { flush() }
        var writer = HeadWriter(UnsafeMutableRawBufferPointer(rebasing: block[count...]))
        if isJSON { writeJSON(record, failure, &writer) } else { writeText(record, failure, &writer) }
        count += writer.count
        if timer.isNone { timer = loop.schedule(self, afterMs: Self.flushMs) }
    }

    /// Hands over what is gathered.
    func flush() {
        loop.cancel(&timer)
        guard count > 0 else { return }
        sink.append(Array(block[..<count]))
        count = 0
    }

    override func timerFired(_ tag: UInt8) {
        timer = .none
        flush()
    }

    // MARK: Text

    private func writeText(_ record: AccessRecord, _ failure: FailureReport?, _ writer: inout HeadWriter) {
        time.write(nowNs: loop.nowNs, &writer)
        writer.append(" ")
        writeClient(record.client, &writer)
        writer.append(" \"")
        writeEscaped(record.method, &writer)
        writer.append(" ")
        writeEscaped(record.target, &writer)
        writer.append("\" ")
        writer.append(decimal: Int64(record.status))
        writer.append(" up=")
        writer.append(decimal: Int64(clamping: record.toOriginBytes))
        writer.append(" down=")
        writer.append(decimal: Int64(clamping: record.toClientBytes))
        writer.append(" resolve=")
        writeMs(record.resolveNs, &writer)
        writer.append(" connect=")
        writeMs(record.connectNs, &writer)
        writer.append(" first=")
        writeMs(record.firstByteNs, &writer)
        writer.append(" total=")
        writeMs(record.totalNs, &writer)
        writer.append(record.isReused ? " reused=1" : " reused=0")
        if let user = record.user {
            writer.append(" user=")
            writeEscaped(user, &writer)
        }
        if let failure {
            writer.append(" request=")
            failure.id.withBytes { writer.append($0) }
        }
        writer.append(" reason=")
        writer.append(failure?.kind.token ?? record.reason)
        writer.append("\n")
    }

    // MARK: JSON

    private func writeJSON(_ record: AccessRecord, _ failure: FailureReport?, _ writer: inout HeadWriter) {
        writer.append("{\"time\":\"")
        time.write(nowNs: loop.nowNs, &writer)
        writer.append("\",\"client\":\"")
        writeClient(record.client, &writer)
        writer.append("\",\"method\":\"")
        writeEscaped(record.method, &writer)
        writer.append("\",\"target\":\"")
        writeEscaped(record.target, &writer)
        writer.append("\",\"status\":")
        writer.append(decimal: Int64(record.status))
        writer.append(",\"bytes_to_origin\":")
        writer.append(decimal: Int64(clamping: record.toOriginBytes))
        writer.append(",\"bytes_to_client\":")
        writer.append(decimal: Int64(clamping: record.toClientBytes))
        writer.append(",\"resolve_ms\":")
        writeMs(record.resolveNs, &writer)
        writer.append(",\"connect_ms\":")
        writeMs(record.connectNs, &writer)
        writer.append(",\"first_byte_ms\":")
        writeMs(record.firstByteNs, &writer)
        writer.append(",\"total_ms\":")
        writeMs(record.totalNs, &writer)
        writer.append(record.isReused ? ",\"reused\":true" : ",\"reused\":false")
        if let user = record.user {
            writer.append(",\"user\":\"")
            writeEscaped(user, &writer)
            writer.append("\"")
        }
        if let failure {
            writer.append(",\"request\":\"")
            failure.id.withBytes { writer.append($0) }
            writer.append("\"")
        }
        writer.append(",\"reason\":\"")
        writer.append(failure?.kind.token ?? record.reason)
        writer.append("\"}\n")
    }

    // MARK: Parts

    private func writeClient(_ client: SocketAddress, _ writer: inout HeadWriter) {
        switch client {
        case .ipv4(let address, let port):
            writer.append(octet: UInt8(truncatingIfNeeded: address &>> 24), then: ".")
            writer.append(octet: UInt8(truncatingIfNeeded: address &>> 16), then: ".")
            writer.append(octet: UInt8(truncatingIfNeeded: address &>> 8), then: ".")
            writer.append(octet: UInt8(truncatingIfNeeded: address), then: ":")
            writer.append(decimal: Int64(port))
        case .unix:
            writer.append("unix")
        case .ipv6:
            if client != lastClient {
                lastClient = client
                lastClientText = Array(client.description.utf8)
            }
            lastClientText.withUnsafeBytes { writer.append($0) }
        }
    }

    /// What a client sent, made harmless: printable ASCII but quote and backslash stays, every other byte is escaped.
    private func writeEscaped(_ bytes: UnsafeRawBufferPointer, _ writer: inout HeadWriter) {
        let shown = UnsafeRawBufferPointer(start: bytes.baseAddress, count: min(bytes.count, Self.maxTargetBytes))
        if Self.isPlain(shown) { writer.append(shown) } else { escape(shown, &writer) }
        if bytes.count > shown.count { writer.append("...") }
    }

    @inline(never)
    private func escape(_ bytes: UnsafeRawBufferPointer, _ writer: inout HeadWriter) {
        for byte in bytes {
            if Self.isPlain(byte) {
                writer.append(byte: byte)
            } else {
                writer.append(isJSON ? "\\u00" : "\\x")
                writer.append(byte: Self.digit(byte >> 4))
                writer.append(byte: Self.digit(byte & 15))
            }
        }
    }

    /// Is there nothing to be escaped? Looks at eight bytes at a time, the last of which may have been looked at before.
    private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 8 else { return bytes.allSatisfy(isPlain) }
        let last = bytes.count &- 8
        var marks = oddMarks(bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self))
        var index = 0
        while index < last {
            marks |= oddMarks(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        return marks & 0x8080_8080_8080_8080 == 0
    }

    /// The high bit of every byte that must be escaped is set, and if there are none, that of no byte.
    @inline(__always)
    private static func oddMarks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let (quote, backslash, delete) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5c), word ^ (ones &* 0x7f))
        let marks = ((word &- ones &* 0x21) & ~word) | ((quote &- ones) & ~quote)
        return marks | ((backslash &- ones) & ~backslash) | ((delete &- ones) & ~delete) | word
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x5c }

    private func writeEscaped(_ user: ClientUser, _ writer: inout HeadWriter) {
        var name = user.name
        name.withUTF8 { writeEscaped(UnsafeRawBufferPointer($0), &writer) }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    /// Milliseconds with three decimals.
    private func writeMs(_ ns: UInt64, _ writer: inout HeadWriter) {
        // What did not happen: resolving and connecting for a request on a free socket.
        guard ns >= 1000 else { return writer.append("0.000") }
        writer.append(thousandths: ns / 1000)
    }
}
