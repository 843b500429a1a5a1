/// Sockets that were dialled a moment ago: each gets what only a connection of some age needs once it has that age.
///
/// Probing a silent peer, and a bound on how long sent bytes may stay unacknowledged, say nothing of a connection that lasts
/// less than a second. Such a one is spared five system calls. Probes come no later for it: the kernel counts idle time from the
/// last byte, not from when it was asked to.
///
/// A peer whose handshake is to be completed by the first bytes hears of it all the same when there are none for some
/// milliseconds: it may be one that speaks first.
final class YoungSockets {
    /// Milliseconds after which a connection counts as one that lasts.
    static let lastingMs: UInt64 = 1_000
    /// Milliseconds that the end of a handshake waits for bytes: time enough for a client nearby, and no time for a person.
    static let silentMs: UInt64 = 10

    /// What sockets get when they last.
    let tcp: TCPOptions
    /// Every socket that was dialled.
    let lasting: SocketSweep
    /// Those among them whose handshake waits for bytes.
    let silent: SocketSweep

    init(_ loop: EventLoop, _ tcp: TCPOptions) {
        self.tcp = tcp
        lasting = SocketSweep(loop, ageMs: Self.lastingMs) { $0.settle(tcp) }
        silent = SocketSweep(loop, ageMs: Self.silentMs) { $0.completeHandshake() }
    }
}
