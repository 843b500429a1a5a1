import CLinux
import Glibc
import TestSupport

@testable import Engine

/// A connected TCP pair over loopback: a blocking `peer` for the test and a descriptor for the engine.
struct TCPPair {
    let peer: CInt
    let engine: CInt

    init() throws {
        let listening = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        let peer = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard peer >= 0 else { throw Errno.last }
        let address = listening.address
        let waiting = listening.release()
        defer { close(waiting) }
        guard address.withRaw({ connect(peer, $0, $1) }) == 0 else { throw Errno.last }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var accepted = clinux_accept(waiting, &storage, &length)
        // A handshake over loopback is complete when connect returns; the queue may lag by a moment.
        for _ in 0..<1_000 where accepted < 0 {
            sched_yield()
            accepted = clinux_accept(waiting, &storage, &length)
        }
        guard accepted >= 0 else { throw Errno.last }
        self.peer = peer
        engine = accepted
    }
}
