import CLinux
import Glibc

/// TCP's congestion control: what a socket has, and what the system gives to all.
enum CongestionControl {
    /// Does the system's choice spread what it sends over time, with a timer for each segment? Looked up once.
    static let systemPaces: Bool = {
        let fd = clinux_stream_socket(AF_INET)
        guard fd >= 0 else { return false }
        defer { close(fd) }
        return paces(name(of: fd))
    }()

    /// Is it one of those that pace: BBR in any version?
    static func paces(_ name: String) -> Bool { name.hasPrefix("bbr") }

    /// What the socket has; empty when the kernel does not say.
    static func name(of fd: CInt) -> String {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { room in
            var length = socklen_t(room.count)
            guard getsockopt(fd, CInt(IPPROTO_TCP), TCP_CONGESTION, room.baseAddress, &length) == 0 else { return "" }
            return String(decoding: room.prefix { $0 != 0 }.prefix(Int(length)), as: UTF8.self)
        }
    }
}
