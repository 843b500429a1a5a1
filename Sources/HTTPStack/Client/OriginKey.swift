/// What makes two origins the same for pooling: everything that decides where a connection leads.
public struct OriginKey: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case host name or numeric address, without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host.lowercased()
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address. Node `agent.getName`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
