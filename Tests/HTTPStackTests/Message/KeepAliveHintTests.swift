import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

@Suite struct KeepAliveHintTests {
    private func hint(_ fields: String) throws -> Int64? {
        let head = MessageHead(limits: .standard)
        var parser = HeadParser(kind: .response)
        return try Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8).withUnsafeBytes { bytes in
            _ = try parser.parse(bytes, into: head)
            return head.keepAliveTimeoutS
        }
    }

    @Test(arguments: [
        ("Keep-Alive: timeout=5\r\n", 5), ("keep-alive: max=100, timeout=72\r\n", 72),
        ("Keep-Alive: Timeout=15, max=3\r\n", 15), ("Keep-Alive: timeout=0\r\n", 0),
    ])
    func secondsAreFound(fields: String, seconds: Int64) throws { #expect(try hint(fields) == seconds) }

    @Test(arguments: [
        "", "Keep-Alive: \r\n", "Keep-Alive: max=5\r\n", "Keep-Alive: timeout\r\n", "Keep-Alive: timeout=\r\n",
    ])
    func missingOrOddHintIsNone(fields: String) throws { #expect(try hint(fields) == nil) }

    @Test func hugeHintDoesNotOverflow() throws {
        let seconds = try hint("Keep-Alive: timeout=99999999999999999999999999\r\n")
        #expect(seconds.map { $0 >= 1_000_000 } ?? false)
    }
}
