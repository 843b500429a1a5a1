import CLinux
import Glibc

/// Where a socket is bound or connects to.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// `address` in host byte order.
    case ipv4(address: UInt32, port: UInt16)
    /// The address as two halves in host byte order; `scope` is the interface index of a link-local address, else 0.
    case ipv6(high: UInt64, low: UInt64, scope: UInt32, port: UInt16)
    /// A path in the file system.
    case unix(path: String)

    /// Longest path that fits into a sockaddr_un, without its NUL.
    public static let maxUnixPathBytes = 107

    /// Parses a numeric IPv4 (strictly four decimal parts) or IPv6 address without brackets; nil for anything else.
    public init?(numeric text: String, port: UInt16) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .ipv4(address: UInt32(bigEndian: v4.s_addr), port: port)
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self = Self.ipv6(v6, scope: 0, port: port)
    }

    /// Reads what accept(2), getsockname(2) or getaddrinfo gave; nil for families other than IPv4, IPv6 and unix.
    public init?(_ raw: UnsafePointer<sockaddr>) {
        switch CInt(raw.pointee.sa_family) {
        case AF_INET:
            self = raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                .ipv4(
                    address: UInt32(bigEndian: $0.pointee.sin_addr.s_addr), port: UInt16(bigEndian: $0.pointee.sin_port)
                )
            }
        case AF_INET6:
            self = raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                Self.ipv6(
                    $0.pointee.sin6_addr, scope: $0.pointee.sin6_scope_id, port: UInt16(bigEndian: $0.pointee.sin6_port)
                )
            }
        case AF_UNIX:
            self = .unix(path: "")
        default:
            return nil
        }
    }

    /// What `call`, getsockname or getpeername, says of a socket; nil when it fails, and for other families.
    init?(of fd: CInt, by call: (CInt, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> CInt) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(fd, $0, &length) == 0 ? SocketAddress($0) : nil
            }
        }
        guard let found else { return nil }
        self = found
    }

    private static func ipv6(_ address: in6_addr, scope: UInt32, port: UInt16) -> SocketAddress {
        withUnsafeBytes(of: address) {
            .ipv6(
                high: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)), scope: scope, port: port)
        }
    }

    /// AF_INET, AF_INET6 or AF_UNIX.
    public var family: CInt {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// The port, or 0 for a unix socket.
    public var port: UInt16 {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, _, let port): port
        case .unix: 0
        }
    }

    /// The same address with another port; a unix path is returned unchanged.
    public func with(port: UInt16) -> SocketAddress {
        switch self {
        case .ipv4(let address, _): .ipv4(address: address, port: port)
        case .ipv6(let high, let low, let scope, _): .ipv6(high: high, low: low, scope: scope, port: port)
        case .unix: self
        }
    }

    /// Is this 127.0.0.0/8, ::1, an IPv4-mapped loopback address, or a unix socket?
    public var isLoopback: Bool {
        switch self {
        case .ipv4(let address, _): address >> 24 == 127
        case .ipv6(let high, let low, _, _):
            high == 0 && (low == 1 || (low >> 32 == 0xffff && (low >> 24) & 0xff == 127))
        case .unix: true
        }
    }

    /// Is this 0.0.0.0 or ::?
    public var isUnspecified: Bool {
        switch self {
        case .ipv4(let address, _): address == 0
        case .ipv6(let high, let low, _, _): high == 0 && (low == 0 || low == 0xffff_0000_0000)
        case .unix: false
        }
    }

    /// `127.0.0.1:3128`, `[::1]:3128` or `unix:/path`.
    public var description: String {
        switch self {
        case .ipv4(_, let port): "\(host):\(port)"
        case .ipv6(_, _, _, let port): "[\(host)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The address alone, without port or brackets; a unix socket's path.
    public var host: String {
        switch self {
        case .ipv4(let address, _):
            return "\(address >> 24).\((address >> 16) & 255).\((address >> 8) & 255).\(address & 255)"
        case .ipv6:
            return withRaw { raw, _ in
                raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { v6 in
                    var address = v6.pointee.sin6_addr
                    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
                        guard let base = text.baseAddress,
                            inet_ntop(AF_INET6, &address, base, socklen_t(INET6_ADDRSTRLEN)) != nil
                        else { return "" }
                        return String(cString: base)
                    }
                }
            }
        case .unix(let path):
            return path
        }
    }

    /// The address that a connection to this one arrives at: connecting to the unspecified address, Linux goes to loopback.
    var whereItLeads: SocketAddress {
        switch self {
        case .ipv4(address: 0, let port): .ipv4(address: 0x7f00_0001, port: port)
        case .ipv6(high: 0, low: 0, _, let port): .ipv6(high: 0, low: 1, scope: 0, port: port)
        default: self
        }
    }

    /// Is this, the other end as the kernel names it, the address that was dialled? Of a unix socket it tells no path.
    func isSameEnd(as dialled: SocketAddress) -> Bool {
        if case (.unix, .unix) = (self, dialled) { return true }
        return self == dialled
    }

    /// Calls `body` with this address in the kernel's form.
    public func withRaw<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let length: Int
            switch self {
            case .ipv4(let address, let port):
                length = MemoryLayout<sockaddr_in>.size
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    $0.pointee.sin_port = port.bigEndian
                    $0.pointee.sin_addr.s_addr = address.bigEndian
                }
            case .ipv6(let high, let low, let scope, let port):
                length = MemoryLayout<sockaddr_in6>.size
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    $0.pointee.sin6_family = sa_family_t(AF_INET6)
                    $0.pointee.sin6_port = port.bigEndian
                    $0.pointee.sin6_scope_id = scope
                    withUnsafeMutableBytes(of: &$0.pointee.sin6_addr) {
                        $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
                    }
                }
            case .unix(let path):
                length = MemoryLayout<sockaddr_un>.size
                pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) {
                    $0.pointee.sun_family = sa_family_t(AF_UNIX)
                    withUnsafeMutableBytes(of: &$0.pointee.sun_path) { target in
                        var copy = path
                        copy.withUTF8 { target.copyBytes(from: $0.prefix(Self.maxUnixPathBytes)) }
                    }
                }
            }
            return pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
