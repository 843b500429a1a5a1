import Glibc
import ProxyApp

/// One `GET /live` over a blocking socket with a deadline.
struct HealthProbe {
    /// Why the answer was not 200.
    enum Failure: Error, CustomStringConvertible {
        case notConnected(CInt)
        case noAnswer(CInt)
        case closedEarly
        case timedOut
        case status(String)
        case badAddress

        var description: String {
            switch self {
            case .notConnected(let code): "cannot connect: \(Self.text(code))"
            case .noAnswer(let code): "no answer: \(Self.text(code))"
            case .closedEarly: "closed without an answer"
            case .timedOut: "no answer in time"
            case .status(let line): "answered `\(line)`"
            case .badAddress: "not an address to connect to"
            }
        }

        private static func text(_ code: CInt) -> String {
            strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }

    /// Bytes of answer looked at for a status line.
    private static let statusLineLimit = 1_024

    let address: ListenAddress
    /// For everything together: connecting, asking and hearing the status line.
    let timeoutMs: Int

    /// Returns when the answer is 200. Blocks for at most `timeoutMs`.
    func run() throws(Failure) {
        let deadlineMs = Self.nowMs() + timeoutMs
        let socket = try connected(deadlineMs: deadlineMs)
        defer { close(socket) }
        try send(
            "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", on: socket, deadlineMs: deadlineMs)
        let line = try statusLine(on: socket, deadlineMs: deadlineMs)
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1] == "200" else { throw .status(line) }
    }

    // MARK: - Steps

    private func connected(deadlineMs: Int) throws(Failure) -> CInt {
        switch address {
        case .unix(let path, _):
            var target = sockaddr_un()
            target.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count <= ListenAddress.unixPathLimitBytes else { throw .badAddress }
            // SAFETY: the bytes fit with their NUL, the structure being zeroed and the length checked above.
            withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: bytes) }
            return try connected(AF_UNIX, &target, MemoryLayout<sockaddr_un>.size, deadlineMs)
        case .ipv6(let host, let port):
            var target = sockaddr_in6()
            target.sin6_family = sa_family_t(AF_INET6)
            target.sin6_port = port.bigEndian
            // To connect to "every address" is to connect to this machine: Linux takes :: for ::1.
            guard inet_pton(AF_INET6, host, &target.sin6_addr) == 1 else { throw .badAddress }
            return try connected(AF_INET6, &target, MemoryLayout<sockaddr_in6>.size, deadlineMs)
        case .ipv4(let host, let port):
            return try connectedIPv4(host, port, deadlineMs)
        case .everywhere(let port):
            return try connectedIPv4("127.0.0.1", port, deadlineMs)
        }
    }

    private func connectedIPv4(_ host: String, _ port: UInt16, _ deadlineMs: Int) throws(Failure) -> CInt {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &target.sin_addr) == 1 else { throw .badAddress }
        return try connected(AF_INET, &target, MemoryLayout<sockaddr_in>.size, deadlineMs)
    }

    /// `target` points to a socket address of `length` bytes that matches `family`.
    private func connected(
        _ family: CInt, _ target: UnsafeRawPointer, _ length: Int, _ deadlineMs: Int
    ) throws(Failure) -> CInt {
        let socket = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .notConnected(errno) }
        // On Linux the send timeout bounds connect as well: socket(7).
        Self.limit(socket, SO_SNDTIMEO, untilMs: deadlineMs)
        // SAFETY: the callers pass the address of a whole sockaddr_* that lives for the call, with its true size.
        let status = connect(socket, target.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        guard status == 0 else {
            let code = errno
            close(socket)
            throw code == EINPROGRESS || code == EAGAIN ? .timedOut : .notConnected(code)
        }
        return socket
    }

    private func send(_ text: String, on socket: CInt, deadlineMs: Int) throws(Failure) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            guard Self.limit(socket, SO_SNDTIMEO, untilMs: deadlineMs) else { throw .timedOut }
            let sent = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if sent > 0 {
                bytes = bytes.dropFirst(sent)
            } else if errno == EAGAIN {
                throw .timedOut
            } else if errno != EINTR {
                throw .noAnswer(errno)
            }
        }
    }

    private func statusLine(on socket: CInt, deadlineMs: Int) throws(Failure) -> String {
        var answer: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 512)
        while answer.count < Self.statusLineLimit {
            guard Self.limit(socket, SO_RCVTIMEO, untilMs: deadlineMs) else { throw .timedOut }
            let count = recv(socket, &block, block.count, 0)
            if count == 0 { throw .closedEarly }
            if count < 0 {
                if errno == EINTR { continue }
                throw errno == EAGAIN ? .timedOut : .noAnswer(errno)
            }
            answer += block[..<count]
            if let end = answer.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) {
                return String(decoding: answer[..<end], as: UTF8.self)
            }
        }
        throw .status("an endless line")
    }

    // MARK: - Time

    /// Sets a socket timeout to what is left until the deadline; false when nothing is.
    @discardableResult
    private static func limit(_ socket: CInt, _ option: CInt, untilMs deadlineMs: Int) -> Bool {
        let leftMs = deadlineMs - nowMs()
        guard leftMs > 0 else { return false }
        var left = timeval(tv_sec: leftMs / 1_000, tv_usec: leftMs % 1_000 * 1_000)
        return setsockopt(socket, SOL_SOCKET, option, &left, socklen_t(MemoryLayout<timeval>.size)) == 0
    }

    private static func nowMs() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }
}
