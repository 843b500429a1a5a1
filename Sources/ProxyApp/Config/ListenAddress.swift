/// Where a listener binds.
///
/// IP hosts are kept as canonical numeric text (`inet_ntop`), so that two spellings of one address are equal.
/// Names are not accepted: what a listener binds to must not depend on a resolver.
public enum ListenAddress: Sendable, Hashable {
    /// Every IPv4 and IPv6 address of the machine. Written `:PORT`.
    case everywhere(port: UInt16)
    /// One IPv4 address. Written `127.0.0.1:3128`. Port 0 lets the kernel choose.
    case ipv4(host: String, port: UInt16)
    /// One IPv6 address, without brackets in `host`. Written `[::1]:3128`. Port 0 lets the kernel choose.
    case ipv6(host: String, port: UInt16)
    /// A stream socket in the file system; `mode` (permission bits, at most 0o777) is applied after bind, and nil
    /// leaves what the umask gives. Written `unix:/run/proxyd.sock` or `unix:/run/proxyd.sock,mode=660`.
    case unix(path: String, mode: UInt16?)

    /// Longest path `sockaddr_un.sun_path` holds with its terminating NUL (unix(7)), in bytes.
    public static let unixPathLimitBytes = 107

    /// The TCP port, or nil for a unix socket.
    public var port: UInt16? {
        switch self {
        case .everywhere(let port), .ipv4(_, let port), .ipv6(_, let port): port
        case .unix: nil
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The form a configuration file accepts; `ListenAddress.parse` gives the same value back.
    public var description: String {
        switch self {
        case .everywhere(let port): ":\(port)"
        case .ipv4(let host, let port): "\(host):\(port)"
        case .ipv6(let host, let port): "[\(host)]:\(port)"
        case .unix(let path, nil): "unix:\(path)"
        case .unix(let path, let mode?): "unix:\(path),mode=\(String(mode, radix: 8))"
        }
    }
}
