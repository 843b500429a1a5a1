import CLinux
import Glibc

/// Where a connection to an address would be made from.
enum RouteProbe {
    /// The address that the kernel would take as the source of what goes to `destination`; nil when there is no way to it.
    ///
    /// Connects a datagram socket, which sends nothing.
    static func source(for destination: SocketAddress) -> SocketAddress? {
        let raw = socket(destination.family, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { return nil }
        let descriptor = OwnedDescriptor(raw)
        // Any port does; some kernels refuse 0.
        guard destination.with(port: 9).withRaw({ connect(descriptor.raw, $0, $1) }) == 0 else { return nil }
        return SocketAddress(of: descriptor.raw, by: getsockname)?.with(port: 0)
    }
}
