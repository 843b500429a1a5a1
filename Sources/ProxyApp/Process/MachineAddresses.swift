import Engine
import Glibc
import Policy

extension IPAddress {
    /// The address of a socket address; nil for a unix socket.
    init?(_ address: SocketAddress) {
        switch address {
        case .ipv4(let bits, _): self.init(ipv4: bits)
        case .ipv6(let high, let low, _, _): self.init(high: high, low: low)
        case .unix: return nil
        }
    }
}

/// The addresses of this machine's interfaces.
enum MachineAddresses {
    /// Reads them from the kernel; empty when it does not tell.
    static func current() -> Set<IPAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<IPAddress> = []
        var next = list
        while let entry = next {
            if let raw = entry.pointee.ifa_addr, let address = SocketAddress(raw), let ip = IPAddress(address) {
                found.insert(ip)
            }
            next = entry.pointee.ifa_next
        }
        return found
    }
}
