import HTTPWire

/// What somebody asks for, as far as rules look at it.
public struct AccessRequest: Sendable {
    /// The client's address; nil for one on a unix socket.
    public var client: IPAddress?
    /// The user who is logged in.
    public var user: String?
    /// The groups of that user.
    public var groups: Set<String>
    /// The method; CONNECT for tunnels.
    public var method: Method
    /// Where to.
    public var host: CanonicalHost
    /// The port, with the scheme's default filled in.
    public var port: UInt16

    /// A request for `host` and `port`.
    public init(
        client: IPAddress?, user: String? = nil, groups: Set<String> = [], method: Method, host: CanonicalHost,
        port: UInt16
    ) {
        self.client = client
        self.user = user
        self.groups = groups
        self.method = method
        self.host = host
        self.port = port
    }
}
