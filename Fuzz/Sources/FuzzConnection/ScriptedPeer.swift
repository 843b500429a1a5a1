import CPretendKernel
import Glibc

/// One end of a connection, moved step by step: never blocks.
final class ScriptedPeer {
    private var fd: CInt
    /// Which of the pretended kernel's links this is the other end of; nil for a TCP connection.
    private var link: Int?
    /// Everything that the kernel took, in order.
    private(set) var sent: [UInt8] = []
    private(set) var received: [UInt8] = []
    /// FIN was sent.
    private(set) var hasEnded = false
    /// RST was sent, by the script.
    private(set) var hasReset = false
    /// A reset of either side: what was sent last may be lost.
    var wasReset: Bool { hasReset || sawReset }
    /// FIN was received.
    private(set) var sawEnd = false
    /// RST was received: some of what the other side had sent may be lost.
    private(set) var sawReset = false

    /// Takes over one end of a TCP connection.
    init(tcp fd: CInt) {
        self.fd = fd
        // What is sent must be there at once: the loop's turns are counted, not timed.
        var on: CInt = 1
        setsockopt(fd, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Takes over one end of a connection in this process: the other one is, or will be, the link with that index.
    init(_ fd: CInt, link: Int) {
        self.fd = fd
        self.link = link
    }

    deinit { if fd >= 0 { Glibc.close(fd) } }

    func send(_ bytes: [UInt8]) {
        guard fd >= 0, !hasEnded, !bytes.isEmpty else { return }
        let count = Glibc.send(fd, bytes, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
        if count > 0 { sent += bytes[..<count] }
    }

    func end() {
        guard fd >= 0, !hasEnded else { return }
        hasEnded = true
        shutdown(fd, CInt(SHUT_WR))
    }

    func reset() {
        guard fd >= 0 else { return }
        hasReset = true
        drop()
    }

    /// Takes the connection down when the run is over, without a trace in what is compared.
    func drop() {
        guard fd >= 0 else { return }
        if let link {
            leaveUnread(link)
        } else {
            var now = linger(l_onoff: 1, l_linger: 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(fd)
        fd = -1
    }

    /// A socket pair resets only when what was sent to the end that closes is not read: sees to it that there is something.
    private func leaveUnread(_ link: Int) {
        guard link < pretend_link_count() else { return }
        var byte: UInt8 = 0
        // While the other side is open and has not shut, its descriptor is still its own.
        guard recv(fd, &byte, 1, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)) < 0, errno == EAGAIN else { return }
        _ = Glibc.send(pretend_link_at(link).inside, &byte, 1, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
    }

    /// Reads what is there. True when there was something new.
    func receive() -> Bool {
        guard fd >= 0, !sawEnd, !sawReset else { return false }
        return withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { room in
            let count = recv(fd, room.baseAddress, room.count, CInt(MSG_DONTWAIT))
            if count > 0 { received += room[..<count] }
            if count == 0 { ended() }
            if count < 0, errno == EAGAIN || errno == EINTR { return false }
            if count < 0 { sawReset = true }
            return true
        }
    }

    private func ended() {
        if let link, link < pretend_link_count(), pretend_link_at(link).was_reset {
            sawReset = true
        } else {
            sawEnd = true
        }
    }
}
