import CLinux
import Glibc

/// What every TCP socket has that lasts: set once on a listener, from which Linux passes it on to accepted sockets, and on each
/// dialled socket when it is about a second old (`YoungSockets`).
public struct TCPOptions: Sendable, Equatable {
    /// Seconds without traffic before the first keepalive probe.
    public var keepAliveIdleS: Int
    /// Seconds between probes.
    public var keepAliveIntervalS: Int
    /// Unanswered probes after which the connection is dead.
    public var keepAliveCount: Int
    /// Milliseconds that sent bytes may stay unacknowledged (TCP_USER_TIMEOUT); 0 leaves it to the kernel.
    public var userTimeoutMs: Int
    /// May connections over the loopback interface pace what they send?
    public var loopbackPacing: LoopbackPacing

    /// The defaults find a dead peer within two minutes, whether bytes are under way or not.
    public init(
        keepAliveIdleS: Int = 60, keepAliveIntervalS: Int = 15, keepAliveCount: Int = 4, userTimeoutMs: Int = 120_000,
        loopbackPacing: LoopbackPacing = .off
    ) {
        self.keepAliveIdleS = keepAliveIdleS
        self.keepAliveIntervalS = keepAliveIntervalS
        self.keepAliveCount = keepAliveCount
        self.userTimeoutMs = userTimeoutMs
        self.loopbackPacing = loopbackPacing
    }

    /// To be called before `fd` listens on `address` or connects to it: whether a connection paces is settled when it is made.
    func prepare(_ fd: CInt, for address: SocketAddress, systemPaces: Bool = CongestionControl.systemPaces) {
        guard loopbackPacing == .off, systemPaces, address.family != AF_UNIX, address.isLoopback else { return }
        _ = clinux_congestion(fd, "reno")
    }

    /// Sets the options on a listener, and TCP_NODELAY. A refusal is ignored: connections work without them.
    func apply(toListener fd: CInt) {
        _ = clinux_no_delay(fd, 1)
        apply(to: fd, isProbeChosen: false)
    }

    /// Sets the options; `isProbeChosen` leaves alone whether, and after which time, the peer is probed.
    func apply(to fd: CInt, isProbeChosen: Bool) {
        if !isProbeChosen { _ = clinux_probe(fd, 1, CInt(keepAliveIdleS)) }
        _ = clinux_probe_pace(fd, CInt(keepAliveIntervalS), CInt(keepAliveCount))
        if userTimeoutMs > 0 { _ = clinux_user_timeout(fd, CInt(userTimeoutMs)) }
    }
}
