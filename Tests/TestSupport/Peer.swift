import Engine
import Glibc

/// The far end of a connection under test: blocking, and never for longer than a few seconds.
///
/// SAFETY: `@unchecked Sendable`: the descriptor changes only in `close` and `reset`, which a test calls when no thread of its
/// own uses the peer any more.
package final class Peer: @unchecked Sendable {
    /// How the stream from the other side stopped.
    package enum End: Equatable {
        /// All bytes asked for are there, the stream goes on.
        case open
        /// FIN.
        case ended
        /// RST, or silence for longer than a test takes.
        case failed(CInt)
    }

    package private(set) var fd: CInt
    private static let limitS = 5

    package init(_ fd: CInt) {
        self.fd = fd
        var limit = [Self.limitS, 0]
        _ = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, 16)
        _ = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, 16)
    }

    deinit { close() }

    /// Sends everything; false when the other side is gone or takes nothing.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
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
    package func sendWithoutWaiting(_ bytes: ArraySlice<UInt8>) -> Int {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        return max(0, bytes.withUnsafeBytes { Glibc.send(fd, $0.baseAddress, $0.count, flags) })
    }

    /// Receives `count` bytes in reads of at most `chunk`, or as many as come before the end.
    package func receive(_ count: Int = .max, chunk: Int = 65_536) -> (bytes: [UInt8], end: End) {
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
    package func receiveWithoutWaiting() -> Int {
        var room = [UInt8](repeating: 0, count: 65_536)
        return max(0, recv(fd, &room, room.count, CInt(MSG_DONTWAIT)))
    }

    /// Sends text as it stands.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Receives text until it ends with `suffix`, or until the stream does.
    package func receive(until suffix: String) -> String {
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
    package func receiveText() -> String? {
        let got = receive()
        return got.end == .ended ? String(decoding: got.bytes, as: UTF8.self) : nil
    }

    /// FIN.
    package func finish() { shutdown(fd, CInt(SHUT_WR)) }

    /// RST.
    package func reset() {
        var linger: [CInt] = [1, 0]
        _ = setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, 8)
        close()
    }

    package func close() {
        if fd >= 0 { _ = Glibc.close(fd) }
        fd = -1
    }

    /// Connects to a listener. `bufferBytes` bounds what may be on its way.
    package static func connect(to address: SocketAddress, bufferBytes: CInt? = nil) throws -> Peer {
        let fd = socket(address.family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let peer = Peer(fd)
        if var bufferBytes { _ = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bufferBytes, 4) }
        var one: CInt = 1
        _ = setsockopt(fd, CInt(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        guard address.withRaw({ Glibc.connect(fd, $0, $1) }) == 0 else { throw Errno(errno) }
        return peer
    }

    /// What carries a pair.
    package enum Kind: CaseIterable, Sendable {
        case unix, tcp
    }

    /// Two connected ends: one for the test, and a non-blocking descriptor for the engine.
    package static func pair(_ kind: Kind = .unix, bufferBytes: CInt? = nil) throws -> (peer: Peer, engine: CInt) {
        let (near, far) = try kind == .unix ? unixPair() : tcpPair(bufferBytes)
        if var bufferBytes {
            for fd in [near, far] { _ = setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bufferBytes, 4) }
        }
        _ = fcntl(far, F_SETFL, fcntl(far, F_GETFL) | O_NONBLOCK)
        return (Peer(near), far)
    }

    private static func unixPair() throws -> (CInt, CInt) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(errno) }
        return (ends[0], ends[1])
    }

    private static func tcpPair(_ bufferBytes: CInt?) throws -> (CInt, CInt) {
        let listening = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let near = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { _ = Glibc.close(listening) }
        if var bufferBytes {
            for fd in [listening, near] { _ = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bufferBytes, 4) }
        }
        guard SocketAddress.ipv4(address: 0x7f00_0001, port: 0).withRaw({ bind(listening, $0, $1) }) == 0,
            listen(listening, 1) == 0
        else { throw Errno(errno) }
        guard let address = localAddress(of: listening), address.withRaw({ Glibc.connect(near, $0, $1) }) == 0 else {
            throw Errno(errno)
        }
        let far = accept(listening, nil, nil)
        guard far >= 0 else { throw Errno(errno) }
        return (near, far)
    }

    /// Where a socket is bound.
    package static func localAddress(of fd: CInt) -> SocketAddress? {
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
