import Testing

@testable import ProxyApp

@Suite struct LimitsFarewellTests {
    @Test(arguments: [("edge-1", "edge-1"), ("1st", "\"1st\""), (nil, "proxyd")] as [(String?, String)])
    func `who is turned away is told what the error page would say`(name: String?, item: String) throws {
        let text = String(decoding: Farewell.bytes(of: .connectionLimit, name: name), as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts[0].split(separator: "\r\n")
        #expect(lines[0] == "HTTP/1.1 503 Service Unavailable")
        #expect(lines.contains("Retry-After: 1") && lines.contains("Connection: close"))
        #expect(lines.contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(lines.contains { $0.hasPrefix("Proxy-Status: \(item); error=") && $0.contains("connection_limit: ") })
        #expect(parts[1] == "\(ProxyError.connectionLimit.text)\n")
    }
}
