import Engine
import Glibc

/// Why a listener could not be opened.
struct ListenFailure: Error, CustomStringConvertible {
    let address: ListenAddress
    let errno: Errno

    var description: String {
        let advice =
            switch errno.code {
            case EADDRINUSE: "another process listens there; stop it or choose another port with --listen"
            case EACCES: "ports below 1024 and protected paths need the right to use them"
            case ENOTSOCK: "a file that is no socket has that path; choose another"
            case EADDRNOTAVAIL: "no interface of this machine has that address"
            default: "choose another address"
            }
        return "cannot listen on \(address): \(errno) (\(advice))"
    }
}

/// Opens the listening descriptors of one configured address: one per loop and socket address.
enum Listeners {
    /// Gives each loop's descriptor to `take`, in the loops' order per socket address. Returns the addresses in force.
    static func open(
        _ wanted: ListenAddress, loops: Int, tcp: TCPOptions, backlog: Int,
        take: (_ loop: Int, consuming ListeningDescriptor) throws(Errno) -> Void
    ) throws(ListenFailure) -> [SocketAddress] {
        var bound: [SocketAddress] = []
        var port: UInt16?
        for candidate in wanted.socketAddresses {
            do throws(Errno) {
                let address = candidate.port == 0 ? port.map { candidate.with(port: $0) } ?? candidate : candidate
                let actual = try openAll(
                    address, mode: wanted.mode, loops: loops, tcp: tcp, backlog: backlog, take: take)
                port = actual.port
                bound.append(actual)
            } catch {
                // A machine without IPv6 still has every address there is.
                if case .everywhere = wanted, error.code == EAFNOSUPPORT, !bound.isEmpty { continue }
                throw ListenFailure(address: wanted, errno: error)
            }
        }
        return bound
    }

    private static func openAll(
        _ address: SocketAddress, mode: UInt32?, loops: Int, tcp: TCPOptions, backlog: Int,
        take: (_ loop: Int, consuming ListeningDescriptor) throws(Errno) -> Void
    ) throws(Errno) -> SocketAddress {
        let shared = loops > 1 && address.family != AF_UNIX
        if shared, address.port != 0 {
            // SO_REUSEPORT would let two processes share the port unnoticed: a bind without it tells.
            _ = try ListeningDescriptor(address, backlog: 1, tcp: tcp)
        }
        let first = try ListeningDescriptor(
            address, backlog: backlog, reusePort: shared, tcp: tcp, unixMode: mode)
        let actual = first.address
        for index in 1..<max(1, loops) {
            if shared {
                try take(index, ListeningDescriptor(actual, backlog: backlog, reusePort: true, tcp: tcp))
            } else {
                try take(index, first.duplicate())
            }
        }
        try take(0, first)
        return actual
    }
}
