import Engine
import Foundation
import HTTPStack
import Synchronization
import Testing

@testable import ProxyApp

/// The endpoint on a real server: what only shows on the wire.
@Suite struct AdminEndpointTests {
    /// What a client that sends `bytes` and then ends its side gets back, until the server closes.
    private func answer(to bytes: String, isDraining: Bool = false, token: String? = nil) throws -> String {
        let token = try token.map { try AdminToken(text: Array($0.utf8)) }
        let loop = try EventLoop()
        let port = Mutex<UInt16?>(nil)
        let listening = DispatchSemaphore(value: 0)
        let thread = Thread {
            let server = Server(loop: loop)
            let endpoint = AdminEndpoint(
                server: server, collect: { $0(AdminSnapshots.busy()) }, isDraining: { isDraining })
            endpoint.token = token
            if let bound = try? ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0)) {
                port.withLock { $0 = bound.address.port }
                try? server.listen(bound)
            }
            listening.signal()
            withExtendedLifetime(endpoint) { loop.run() }
        }
        thread.start()
        defer { loop.stop() }
        try #require(listening.wait(timeout: .now() + 10) == .success)
        return try exchange(bytes, port: try #require(port.withLock { $0 }))
    }

    private func exchange(_ bytes: String, port: UInt16) throws -> String {
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        try #require(client >= 0)
        defer { close(client) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let connected = SocketAddress.ipv4(address: 0x7f00_0001, port: port).withRaw { connect(client, $0, $1) }
        try #require(connected == 0)
        try #require(send(client, bytes, bytes.utf8.count, CInt(MSG_NOSIGNAL)) == bytes.utf8.count)
        shutdown(client, CInt(SHUT_WR))
        var received: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(client, &block, block.count, 0)
            try #require(count >= 0, "no end of the answer within 10 s")
            if count == 0 { return String(decoding: received, as: UTF8.self) }
            received += block[..<count]
        }
    }

    private func request(_ line: String, _ fields: String = "Host: localhost\r\n", body: String = "") -> String {
        "\(line) HTTP/1.1\r\n\(fields)\r\n\(body)"
    }

    @Test func `GET gets the figures with their length`() throws {
        let answer = try answer(to: request("GET /status"))
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)\r\n"))
        #expect(parts[1].hasPrefix("{"))
    }

    @Test func `HEAD gets the same head and no body`() throws {
        let answer = try answer(to: request("HEAD /status") + request("GET /live"))
        let parts = answer.split(separator: "\r\n\r\n")
        #expect(parts.count == 3, "a head, then a head with a body")
        #expect(parts[0].contains("Content-Type: application/json\r\n"))
        #expect(!parts[0].contains("Content-Length: 0"))
        #expect(parts[1].hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(parts[2] == "live\n")
    }

    @Test func `CONNECT is answered and not cut off`() throws {
        let answer = try answer(to: request("CONNECT example.com:443", "Host: example.com:443\r\n"))
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(answer.contains("forwards nothing"))
    }

    @Test func `a request with a body is refused and the next one understood`() throws {
        let post = request("POST /status", "Host: localhost\r\nContent-Length: 5\r\n", body: "GET /")
        let answer = try answer(to: post + request("GET /live"))
        #expect(answer.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(answer.contains("Allow: GET, HEAD\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nlive\n"))
    }

    @Test func `pipelined questions are answered in their order`() throws {
        let answer = try answer(
            to: request("GET /metrics") + request("GET /ready") + request("GET /status"), isDraining: true)
        let facts = answer.matches(of: /HTTP\/1.1 [0-9]+|Content-Type: [a-z\/]+/).map { String($0.0) }
        #expect(
            facts == [
                "HTTP/1.1 200", "Content-Type: text/plain", "HTTP/1.1 503", "Content-Type: text/plain", "HTTP/1.1 200",
                "Content-Type: application/json",
            ])
    }

    @Test func `what is no request is told so with the same care`() throws {
        let answer = try answer(to: "\u{1}\u{2}\u{3} nonsense\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(answer.contains("X-Content-Type-Options: nosniff\r\n"))
    }

    @Test func `a page under a stranger's name gets nothing`() throws {
        let answer = try answer(to: request("GET /status", "Host: rebound.example:3129\r\n"))
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(!answer.contains("a.example"))
    }

    @Test(arguments: ["/status", "/metrics", "/nothing"])
    func `figures need the token where there is one`(path: String) throws {
        let word = "abcdefghijklmnopqrstuvwxyz"
        let without = try answer(to: request("GET \(path)"), token: word)
        #expect(without.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
        #expect(without.contains("WWW-Authenticate: Bearer realm="))
        #expect(!without.contains("a.example") && !without.contains(word) && !without.contains("Served are"))
        let fields = "Host: localhost\r\nAuthorization: Bearer \(word)\r\n"
        let with = try answer(to: request("GET \(path)", fields), token: word)
        #expect(with.hasPrefix(path == "/nothing" ? "HTTP/1.1 404 " : "HTTP/1.1 200 OK\r\n"))
        let twice = try answer(to: request("GET \(path)", fields + "Authorization: Bearer x\r\n"), token: word)
        #expect(twice.hasPrefix("HTTP/1.1 401 "))
    }

    @Test func `health checks and the page, which holds no figures, need no token`() throws {
        let word = "abcdefghijklmnopqrstuvwxyz"
        for path in ["/live", "/ready", "/"] {
            let answer = try answer(to: request("GET \(path)"), token: word)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!answer.contains("a.example"))
        }
    }

    @Test func `a token does not make a stranger's page welcome`() throws {
        let word = "abcdefghijklmnopqrstuvwxyz"
        let fields = "Host: rebound.example\r\nAuthorization: Bearer \(word)\r\n"
        #expect(try answer(to: request("GET /status", fields), token: word).hasPrefix("HTTP/1.1 403 "))
    }

    @Test func `each page has its own nonce`() throws {
        let answer = try answer(to: request("GET /") + request("GET /"))
        let nonces = answer.matches(of: /script-src 'nonce-([0-9a-f]{32})'/).map { String($0.1) }
        #expect(nonces.count == 2)
        #expect(Set(nonces).count == 2)
        for nonce in nonces { #expect(answer.contains("<script nonce=\"\(nonce)\">")) }
    }
}
