import CLinux
import Glibc

/// What is set on every TCP socket: set once on a listener, from which Linux passes it on to accepted sockets.
public struct TCPOptions: Sendable, Equatable {
    /// Seconds without traffic before the first keepalive probe.
    public var keepAliveIdleS: Int
    /// Seconds between probes.
    public var keepAliveIntervalS: Int
    /// Unanswered probes after which the connection is dead.
    public var keepAliveCount: Int
    /// Milliseconds that sent bytes may stay unacknowledged (TCP_USER_TIMEOUT); 0 leaves it to the kernel.
    public var userTimeoutMs: Int

    /// The defaults find a dead peer within two minutes, whether bytes are under way or not.
    public init(
        keepAliveIdleS: Int = 60, keepAliveIntervalS: Int = 15, keepAliveCount: Int = 4, userTimeoutMs: Int = 120_000
    ) {
        self.keepAliveIdleS = keepAliveIdleS
        self.keepAliveIntervalS = keepAliveIntervalS
        self.keepAliveCount = keepAliveCount
        self.userTimeoutMs = userTimeoutMs
    }

    /// Sets the options and TCP_NODELAY. A refusal is ignored: the connection works without them.
    func apply(to fd: CInt) {
        _ = clinux_no_delay(fd, 1)
        _ = clinux_keep_alive(fd, CInt(keepAliveIdleS), CInt(keepAliveIntervalS), CInt(keepAliveCount))
        if userTimeoutMs > 0 { _ = clinux_user_timeout(fd, CInt(userTimeoutMs)) }
    }
}
