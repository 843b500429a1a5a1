import CLinux
import Glibc
import TestSupport

@testable import Engine

/// A listening TCP socket on loopback that nobody accepts from.
final class Backlog {
    let address: SocketAddress
    private let fd: CInt
    private var fillers: [CInt] = []

    /// When `full`, the kernel drops the handshakes of whoever comes now: connecting hangs.
    init(full: Bool, on host: SocketAddress = .ipv4(address: 0x7f00_0001, port: 0)) throws {
        let listening = try ListeningDescriptor(host, backlog: full ? 0 : 16)
        address = listening.address
        fd = listening.release()
        guard full else { return }
        for _ in 0..<8 {
            let filler = clinux_stream_socket(address.family)
            guard filler >= 0 else { throw Errno.last }
            fillers.append(filler)
            _ = address.withRaw { connect(filler, $0, $1) }
        }
    }

    /// Connections that were made and wait to be accepted. Takes them.
    var pending: Int {
        var count = 0
        // Loopback connects at once: what comes is here.
        _ = fcntl(fd, F_SETFL, O_NONBLOCK)
        while true {
            let taken = accept(fd, nil, nil)
            guard taken >= 0 else { return count }
            close(taken)
            count += 1
        }
    }

    deinit {
        for filler in fillers { close(filler) }
        close(fd)
    }

    /// An address that refuses: it was bound a moment ago and is free again.
    static func refusing(on host: SocketAddress = .ipv4(address: 0x7f00_0001, port: 0)) throws -> SocketAddress {
        let listening = try ListeningDescriptor(host)
        return listening.address
    }
}
