import Engine
import TestSupport

/// An origin that takes whole requests, keeps their text, and answers each in the same way.
final class RecordingOrigin: Sendable {
    private let origin: ScriptedOrigin
    private let texts: Shared<[String]>

    /// Answers each request of each connection with `answer`, until the client ends the connection or `last` says so.
    init(_ answer: String = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closing: Bool = false) throws {
        let texts = Shared<[String]>([])
        self.texts = texts
        origin = try ScriptedOrigin { client, _ in
            while let text = Self.request(client) {
                texts.update { $0.append(text) }
                client.send(answer)
                if closing { return }
            }
        }
    }

    var address: SocketAddress { origin.address }
    var port: UInt16 { origin.address.port }
    var connections: Int { origin.connections }
    /// Heads and bodies as they came, in the order in which they were complete.
    var requests: [String] { texts.value }

    /// Waits for the connections to end.
    func end() { origin.end() }

    /// One whole request; nil when the stream ends instead.
    static func request(_ client: Peer) -> String? {
        let head = client.receive(until: "\r\n\r\n")
        guard head.hasSuffix("\r\n\r\n") else { return nil }
        if let value = head.value(ofField: "Content-Length: "), let count = Int(value) {
            return head + String(decoding: client.receive(count).bytes, as: UTF8.self)
        }
        if head.value(ofField: "Transfer-Encoding: ") == "chunked" { return head + client.receive(until: "0\r\n\r\n") }
        return head
    }
}

extension String {
    /// What stands behind `field` (name, colon, blank) in a head; nil when no line begins with it.
    func value(ofField field: String) -> String? {
        for line in split(separator: "\r\n") where line.hasPrefix(field) { return String(line.dropFirst(field.count)) }
        return nil
    }

    /// The lines of a head or a whole message.
    var lines: [String] { split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) }
}
