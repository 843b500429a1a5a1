/// What makes two origins the same for pooling: everything that decides where a connection leads.
public struct OriginKey: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case host name or numeric address, without brackets.
    public let host: String
    /// The TCP port.
    public let port: UInt16
    /// Numeric address of this machine that connections are made from; empty when the kernel chooses.
    public let localAddress: String

    /// The key of an origin. The host is lowercased.
    public init(host: String, port: UInt16, localAddress: String = "") {
        self.host = host.lowercased()
        self.port = port
        self.localAddress = localAddress
    }

    /// `host:port`, with brackets around an IPv6 address, and `from` the local address if there is one.
    public var description: String {
        let peer = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return localAddress.isEmpty ? peer : "\(peer) from \(localAddress)"
    }

    /// `host:port:localAddress`. Node `agent.getName`.
    public var name: String { "\(host):\(port):\(localAddress)" }
}
