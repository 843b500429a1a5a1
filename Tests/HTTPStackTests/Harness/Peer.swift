import Engine
import Glibc

/// The far end of a connection under test: blocking, and never for longer than a few seconds.
///
/// SAFETY: `@unchecked Sendable`: the descriptor changes only in `close` and `reset`, which a test calls when no thread of its
/// own uses the peer any more.
final class Peer: @unchecked Sendable {
    /// How the stream from the other side stopped.
    enum End: Equatable {
        /// All bytes asked for are there, the stream goes on.
        case open
        /// FIN.
        case ended
        /// RST, or silence for longer than a test takes.
        case failed(CInt)
    }

    private(set) var fd: CInt
    private static let limitS = 5

    init(_ fd: CInt) {
        self.fd = fd
        var limit = [Self.limitS, 0]
        _ = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, 16)
        _ = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, 16)
    }

    deinit { close() }

    /// Sends everything; false when the other side is gone or takes nothing.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress?.advanced(by: sent), bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends what the kernel takes without waiting; returns how much that was.
    func sendWithoutWaiting(_ bytes: ArraySlice<UInt8>) -> Int {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        return max(0, bytes.withUnsafeBytes { Glibc.send(fd, $0.baseAddress, $0.count, flags) })
    }

    /// Receives `count` bytes in reads of at most `chunk`, or as many as come before the end.
    func receive(_ count: Int = .max, chunk: Int = 65_536) -> (bytes: [UInt8], end: End) {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: chunk)
        while bytes.count < count {
            let got = recv(fd, &room, min(chunk, count - bytes.count), 0)
            if got == 0 { return (bytes, .ended) }
            if got < 0 { return (bytes, .failed(errno)) }
            bytes += room[..<got]
        }
        return (bytes, .open)
    }

    /// Takes what has arrived, at most 64 KiB, without waiting; returns how much that was.
    func receiveWithoutWaiting() -> Int {
        var room = [UInt8](repeating: 0, count: 65_536)
        return max(0, recv(fd, &room, room.count, CInt(MSG_DONTWAIT)))
    }

    /// Sends text as it stands.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Receives text until it ends with `suffix`, or until the stream does.
    func receive(until suffix: String) -> String {
        var bytes: [UInt8] = []
        let wanted = Array(suffix.utf8)
        while !bytes.suffix(wanted.count).elementsEqual(wanted) {
            // Byte by byte: what follows belongs to the next call.
            let got = receive(1)
            bytes += got.bytes
            if got.end != .open { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All text until the stream ends properly; nil when it does not.
    func receiveText() -> String? {
        let got = receive()
        return got.end == .ended ? String(decoding: got.bytes, as: UTF8.self) : nil
    }

    /// FIN.
    func finish() { shutdown(fd, CInt(SHUT_WR)) }

    /// RST.
    func reset() {
        var linger: [CInt] = [1, 0]
        _ = setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, 8)
        close()
    }

    func close() {
        if fd >= 0 { _ = Glibc.close(fd) }
        fd = -1
    }

    /// Connects to a listener. `bufferBytes` bounds what may be on its way.
    static func connect(to address: SocketAddress, bufferBytes: CInt? = nil) throws -> Peer {
        let fd = socket(address.family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let peer = Peer(fd)
        if var bufferBytes { _ = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bufferBytes, 4) }
        var one: CInt = 1
        _ = setsockopt(fd, CInt(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        guard address.withRaw({ Glibc.connect(fd, $0, $1) }) == 0 else { throw Errno(errno) }
        return peer
    }

    /// Two connected ends: one for the test, and a non-blocking descriptor for the engine.
    static func pair(bufferBytes: CInt? = nil) throws -> (peer: Peer, engine: CInt) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(errno) }
        if var bufferBytes {
            for fd in ends { _ = setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bufferBytes, 4) }
        }
        _ = fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | O_NONBLOCK)
        return (Peer(ends[0]), ends[1])
    }

    /// Where a socket is bound.
    static func localAddress(of fd: CInt) -> SocketAddress? {
        var length = socklen_t(128)
        return withUnsafeTemporaryAllocation(byteCount: Int(length), alignment: 16) { room in
            // SAFETY: a sockaddr fits, and the kernel fills it before it is read.
            guard let raw = room.bindMemory(to: sockaddr.self).baseAddress, getsockname(fd, raw, &length) == 0 else {
                return nil
            }
            return SocketAddress(raw)
        }
    }
}
