import CLinux
import Glibc

/// A bound and listening descriptor, before a loop accepts from it.
public struct ListeningDescriptor: ~Copyable {
    let descriptor: OwnedDescriptor
    /// The address in force: with the port that the kernel chose when 0 was asked for.
    public let address: SocketAddress

    /// Binds and listens. Throws the errno of the call that failed.
    ///
    /// With `reusePort`, several descriptors (one per loop) share the address and the kernel spreads connections over them.
    /// An IPv6 address is bound for IPv6 alone. A unix path that no process listens on any more is taken over; one that is in
    /// use throws EADDRINUSE, one that is no socket's ENOTSOCK. `unixMode` are the permission bits of the path.
    public init(
        _ wanted: SocketAddress, backlog: Int = 4096, reusePort: Bool = false, tcp: TCPOptions = TCPOptions(),
        unixMode: UInt32? = nil
    ) throws(Errno) {
        let raw = clinux_stream_socket(wanted.family)
        guard raw >= 0 else { throw Errno.last }
        let descriptor = OwnedDescriptor(raw)
        if case .unix(let path) = wanted {
            guard path.utf8.count <= SocketAddress.maxUnixPathBytes else { throw Errno(ENAMETOOLONG) }
            try Self.bindUnix(raw, wanted, path: path)
            if let unixMode, chmod(path, mode_t(unixMode)) != 0 { throw Errno.last }
        } else {
            _ = clinux_reuse_address(raw)
            if reusePort { _ = clinux_reuse_port(raw) }
            if wanted.family == AF_INET6 { _ = clinux_v6_only(raw) }
            tcp.apply(toListener: raw)
            tcp.prepare(raw, for: wanted)
            guard wanted.withRaw({ bind(raw, $0, $1) }) == 0 else { throw Errno.last }
        }
        guard listen(raw, CInt(clamping: backlog)) == 0 else { throw Errno.last }
        address = Self.boundAddress(raw, wanted)
        self.descriptor = descriptor
    }

    /// Takes over a stream socket that is bound already, and has it listen if it does not. Throws EBADF, ENOTSOCK, EINVAL for
    /// what is no such socket, or the errno of the call that failed; the descriptor is closed then.
    public init(bound: consuming OwnedDescriptor, backlog: Int = 4096) throws(Errno) {
        let raw = bound.raw
        guard try Self.option(raw, SO_TYPE) == CInt(SOCK_STREAM.rawValue) else { throw .invalidArgument }
        if try Self.option(raw, SO_ACCEPTCONN) == 0, Glibc.listen(raw, CInt(clamping: backlog)) != 0 {
            throw Errno.last
        }
        // Whoever made it may have made it to block, or to be inherited.
        guard fcntl(raw, F_SETFL, fcntl(raw, F_GETFL) | O_NONBLOCK) == 0 else { throw Errno.last }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        address = Self.boundAddress(raw, .unix(path: ""))
        descriptor = bound
    }

    private static func option(_ raw: CInt, _ name: CInt) throws(Errno) -> CInt {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(raw, SOL_SOCKET, name, &value, &length) == 0 else { throw Errno.last }
        return value
    }

    /// A second descriptor for the same listening socket, for another loop. Throws the errno of dup.
    public borrowing func duplicate() throws(Errno) -> ListeningDescriptor {
        let raw = fcntl(descriptor.raw, F_DUPFD_CLOEXEC, 3)
        guard raw >= 0 else { throw Errno.last }
        return ListeningDescriptor(descriptor: OwnedDescriptor(raw), address: address)
    }

    private init(descriptor: consuming OwnedDescriptor, address: SocketAddress) {
        self.descriptor = descriptor
        self.address = address
    }

    consuming func release() -> CInt { descriptor.release() }

    private static func bindUnix(_ raw: CInt, _ wanted: SocketAddress, path: String) throws(Errno) {
        if wanted.withRaw({ bind(raw, $0, $1) }) == 0 { return }
        guard Errno.last.code == EADDRINUSE else { throw Errno.last }
        // Files refuse as well: only a socket that was left behind is ours to remove.
        var found = stat()
        guard lstat(path, &found) != 0 || found.st_mode & S_IFMT == S_IFSOCK else { throw Errno(ENOTSOCK) }
        let probe = clinux_stream_socket(AF_UNIX)
        guard probe >= 0 else { throw Errno.last }
        let answered = wanted.withRaw { connect(probe, $0, $1) } == 0
        let refused = !answered && Errno.last == .connectionRefused
        close(probe)
        guard refused, unlink(path) == 0, wanted.withRaw({ bind(raw, $0, $1) }) == 0 else { throw Errno(EADDRINUSE) }
    }

    private static func boundAddress(_ raw: CInt, _ wanted: SocketAddress) -> SocketAddress {
        let actual = SocketAddress(of: raw, by: getsockname)
        // The kernel's answer for a unix socket has no path here.
        if case .unix = actual { return wanted }
        return actual ?? wanted
    }
}
