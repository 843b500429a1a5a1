import CLinux
import Glibc

/// What TCP is told about a socket, and what it tells: options and addresses.
extension Socket {
    /// The socket is TCP's and was dialled just now: TCP_NODELAY is not set on it yet.
    func startDelayed() { flags.insert(.isDelayed) }

    /// Sets TCP_NODELAY, before the second send: without it TCP holds back a small piece while another is unacknowledged, so
    /// the first send is never held back, and a connection that sends once needs no such call.
    func sendAtOnce() {
        flags.remove(.isDelayed)
        _ = clinux_no_delay(fd, 1)
    }

    /// The last packet of the handshake goes out, if it still waits for bytes to go with it.
    func completeHandshake() {
        if fd >= 0, sentBytes == 0 { _ = clinux_quick_ack(fd, 1) }
    }

    /// The connection has lasted: sets what it needs from now on, but for what its owner has chosen.
    func settle(_ tcp: TCPOptions) {
        guard fd >= 0 else { return }
        tcp.apply(to: fd, isProbeChosen: flags.contains(.probeChosen))
    }

    /// Sends small pieces at once (true, which every socket of a loop begins with) or lets TCP gather them. Node `setNoDelay`.
    public func setNoDelay(_ isOn: Bool = true) {
        flags.remove(.isDelayed)
        _ = clinux_no_delay(fd, isOn ? 1 : 0)
    }

    /// Turns TCP's keepalive probes on, the first after `initialDelayMs` without traffic (0: unchanged), or off. Node
    /// `setKeepAlive`.
    public func setKeepAlive(_ isOn: Bool = false, initialDelayMs: Int = 0) {
        flags.insert(.probeChosen)
        _ = clinux_probe(fd, isOn ? 1 : 0, CInt(clamping: (initialDelayMs + 999) / 1000))
    }

    /// The address at the other end, or nil when the socket is not connected any more.
    public var peerAddress: SocketAddress? { SocketAddress(of: fd, by: getpeername) }
    /// The address at this end.
    public var localAddress: SocketAddress? { SocketAddress(of: fd, by: getsockname) }
}
