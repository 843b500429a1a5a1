import Glibc
import Testing

/// A listener on a free loopback port that answers one connection at a time, blocking, within five seconds a step.
final class ConfigTestListener {
    let port: UInt16
    private let listener: CInt

    init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        try #require(listener >= 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: `address` is a whole sockaddr_in for the calls, and `length` is its size.
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) | Glibc.listen(listener, 8) | getsockname(listener, generic, &length)
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        Self.limit(listener)
    }

    deinit { close(listener) }

    /// Reads one request head, writes `pieces` one by one, closes; returns the head.
    func answerOne(_ pieces: [String]) throws -> String {
        let connection = accept(listener, nil, nil)
        try #require(connection >= 0)
        defer { close(connection) }
        Self.limit(connection)
        var head = ""
        var block = [UInt8](repeating: 0, count: 1_024)
        while !head.hasSuffix("\r\n\r\n") {
            let count = recv(connection, &block, block.count, 0)
            try #require(count > 0)
            head += String(decoding: block[..<count], as: UTF8.self)
        }
        for piece in pieces {
            let bytes = Array(piece.utf8)
            #expect(send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count)
        }
        return head
    }

    private static func limit(_ socket: CInt) {
        var time = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}
