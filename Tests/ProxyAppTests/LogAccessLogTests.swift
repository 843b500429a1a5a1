import Engine
import Glibc
import Testing

@testable import ProxyApp

/// Lines of the access log as they reach the file.
@Suite struct LogAccessLogTests {
    /// Writes records and returns the file's lines.
    private func lines(isJSON: Bool, _ write: (AccessLog) -> Void) throws -> [String] {
        let file = try LogFile()
        let sink = try LogSink(path: file.path)
        try sink.start()
        let log = AccessLog(loop: try EventLoop(), sink: sink, isJSON: isJSON)
        write(log)
        log.flush()
        sink.close(timeoutMs: 5_000)
        return String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(
        _ log: AccessLog, method: String = "GET", target: [UInt8], _ adjust: (inout AccessRecord) -> Void
    ) {
        var record = AccessRecord(client: .ipv4(address: 0x7f00_0001, port: 4567))
        Array(method.utf8).withUnsafeBytes { method in
            target.withUnsafeBytes { target in
                record.method = method
                record.target = target
                adjust(&record)
                log.write(record)
            }
        }
    }

    private func full(_ record: inout AccessRecord) {
        record.status = 200
        record.toOriginBytes = 12
        record.toClientBytes = 345_678
        record.resolveNs = 1_234_567
        record.connectNs = 999
        record.firstByteNs = 20_000_000
        record.totalNs = 61_001_002_003
        record.isReused = true
        record.reason = "connect_refused"
    }

    /// The line behind its time, which must look like `2026-01-02T03:04:05.678Z`.
    private func withoutTime(_ line: String, prefix: String = "") -> String {
        let shape = line.dropFirst(prefix.count).prefix(24).map { $0.isNumber ? "0" : $0 }
        #expect(String(shape) == "0000-00-00T00:00:00.000Z")
        return String(line.dropFirst(prefix.count + 24))
    }

    @Test func textLineHasEveryFigure() throws {
        let got = try lines(isJSON: false) { write($0, target: Array("http://a/x?y".utf8), full) }
        #expect(got.count == 1)
        #expect(
            withoutTime(got[0])
                == " 127.0.0.1:4567 \"GET http://a/x?y\" 200 up=12 down=345678 resolve=1.234 connect=0.000 first=20.000 "
                + "total=61001.002 reused=1 reason=connect_refused")
    }

    @Test func jsonLineHasEveryFigure() throws {
        let got = try lines(isJSON: true) { write($0, target: Array("http://a/x?y".utf8), full) }
        #expect(
            withoutTime(got[0], prefix: "{\"time\":\"")
                == "\",\"client\":\"127.0.0.1:4567\",\"method\":\"GET\",\"target\":\"http://a/x?y\",\"status\":200,"
                + "\"bytes_to_origin\":12,\"bytes_to_client\":345678,\"resolve_ms\":1.234,\"connect_ms\":0.000,"
                + "\"first_byte_ms\":20.000,\"total_ms\":61001.002,\"reused\":true,\"reason\":\"connect_refused\"}")
    }

    @Test(arguments: [false, true])
    func lineOfAFailureHasItsReasonAndItsNumber(isJSON: Bool) throws {
        let report = FailureReport(ProxyError(.dnsTimeout, "x"))
        let got = try lines(isJSON: isJSON) { $0.write(AccessRecord(client: .unix(path: "")), report) }
        #expect(
            got[0].hasSuffix(
                isJSON
                    ? ",\"request\":\"\(report.id)\",\"reason\":\"dns_timeout\"}"
                    : " request=\(report.id) reason=dns_timeout"))
    }

    @Test func emptyRecordIsALineToo() throws {
        let got = try lines(isJSON: false) { write($0, method: "", target: []) { _ in } }
        #expect(
            withoutTime(got[0])
                == " 127.0.0.1:4567 \" \" 0 up=0 down=0 resolve=0.000 connect=0.000 first=0.000 total=0.000 reused=0 "
                + "reason=ok")
    }

    @Test(arguments: [
        (SocketAddress.ipv6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0, port: 9), "[2001:db8::1]:9"),
        (.unix(path: "/run/x"), "unix"), (.ipv4(address: 0xffff_ffff, port: 65_535), "255.255.255.255:65535"),
    ])
    func clientIsWrittenInItsUsualForm(client: SocketAddress, text: String) throws {
        let got = try lines(isJSON: false) { write($0, target: [0x2f]) { $0.client = client } }
        #expect(withoutTime(got[0]).hasPrefix(" \(text) \""))
    }

    @Test func everyByteThatCouldForgeALineIsEscaped() throws {
        let odd: [UInt8] = [0x0a, 0x0d, 0x22, 0x5c, 0x00, 0x1b, 0x20, 0x7f, 0xe4, 0x61]
        let text = try lines(isJSON: false) { write($0, target: odd) { _ in } }
        #expect(text.count == 1)
        #expect(text[0].contains("\"GET \\x0a\\x0d\\x22\\x5c\\x00\\x1b\\x20\\x7f\\xe4a\" 0 "))
        let json = try lines(isJSON: true) { write($0, target: odd) { _ in } }
        #expect(json.count == 1)
        #expect(json[0].contains("\"target\":\"\\u000a\\u000d\\u0022\\u005c\\u0000\\u001b\\u0020\\u007f\\u00e4a\","))
    }

    @Test("a byte to be escaped is found in every place of a word")
    func oddBytesAreFoundEverywhere() throws {
        for place in 0..<20 {
            for odd in [0x22, 0x5c, 0x20, 0x7f, 0x80, 0x00] as [UInt8] {
                var target = [UInt8](repeating: 0x61, count: 20)
                target[place] = odd
                let hex = String(odd, radix: 16)
                let escaped = "\\x" + (hex.count < 2 ? "0" : "") + hex
                let shown = String(repeating: "a", count: place) + escaped + String(repeating: "a", count: 19 - place)
                #expect(try lines(isJSON: false) { write($0, target: target) { _ in } }[0].contains(" \(shown)\" "))
            }
        }
    }

    @Test(arguments: [true, false])
    func longTargetIsCutAndMarked(isJSON: Bool) throws {
        let fits = try lines(isJSON: isJSON) {
            write($0, target: [UInt8](repeating: 0x61, count: AccessLog.maxTargetBytes)) { _ in }
        }
        #expect(fits[0].contains(String(repeating: "a", count: AccessLog.maxTargetBytes) + "\""))
        let cut = try lines(isJSON: isJSON) {
            write($0, target: [UInt8](repeating: 0x61, count: AccessLog.maxTargetBytes + 1)) { _ in }
        }
        #expect(cut[0].contains(String(repeating: "a", count: AccessLog.maxTargetBytes) + "...\""))
    }

    @Test func linesOfEveryLengthFillTheBlockManyTimesAndNoneIsLost() throws {
        // The longest are as long as a line can get; the others leave them every amount of room.
        let got = try lines(isJSON: true) { log in
            for index in 0..<400 {
                let count = index % 2 == 0 ? 30_000 : index * 37 % 2_048
                let target = [UInt8](repeating: 0x22, count: count)
                write(log, method: String(repeating: "M", count: 3_000), target: target, full)
            }
        }
        #expect(got.count == 400)
        #expect(got.allSatisfy { $0.hasPrefix("{\"time\":\"") && $0.hasSuffix("\"reason\":\"connect_refused\"}") })
    }

    @Test func lineWaitsForItsBatchAndIsFlushedByTime() throws {
        let file = try LogFile()
        let sink = try LogSink(path: file.path)
        try sink.start()
        let loop = try EventLoop()
        let log = AccessLog(loop: loop, sink: sink, isJSON: false)
        write(log, target: [0x61]) { _ in }
        #expect(file.bytes.isEmpty)
        let stopper = Ticker(loop, everyMs: AccessLog.flushMs + 20) { loop.stop() }
        loop.run()
        stopper.stop()
        sink.close(timeoutMs: 5_000)
        #expect(file.bytes.last == 0x0a)
    }

    @Test func `the user who is logged in is named, escaped`() throws {
        func user(_ record: inout AccessRecord) { record.user = ClientUser(name: "a\"n\u{e9}") }
        let text = try lines(isJSON: false) { write($0, target: Array("http://a/".utf8), user) }
        #expect(text[0].hasSuffix(#" user=a\x22n\xc3\xa9 reason=ok"#))
        let json = try lines(isJSON: true) { write($0, target: Array("http://a/".utf8), user) }
        #expect(json[0].hasSuffix(#","user":"a\u0022n\u00c3\u00a9","reason":"ok"}"#))
    }
}
