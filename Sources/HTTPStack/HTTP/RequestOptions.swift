import HTTPWire

/// What a request is to be: Node's options of `http.request`.
public struct RequestOptions {
    /// Name or numeric address of the origin, an IPv6 address with or without brackets; used when there is no `hostname`.
    public var host: String?
    /// The same, and preferred to `host`. Without either it is `localhost`.
    public var hostname: String?
    /// 1...65535.
    public var port: UInt16
    /// Numeric address of this machine to connect from. One that cannot be bound is reported to `onError`.
    public var localAddress: String?
    /// Path of a unix socket to connect to, in place of host and port. Such a connection is never pooled.
    public var socketPath: String?
    /// Upper-cased before it is sent.
    public var method: String
    /// Path and query, or `host:port` for CONNECT; `/` when empty.
    public var path: String
    /// Fields of the head in order, duplicates kept.
    public var headers: HeaderFields
    /// `user:password` for an Authorization field of Basic; one given in `headers` wins. RFC 7617.
    public var auth: String?
    /// Which agent carries the request.
    public var agent: AgentChoice
    /// Keep the connection free for later requests, also when its agent keeps none.
    public var keepAlive: Bool
    /// Milliseconds without traffic before TCP probes a connection kept by `keepAlive`; rounded up to seconds.
    public var keepAliveMsecs: Int

    /// Options with Node's defaults. Nothing is checked before the request is made.
    public init(
        host: String? = nil, hostname: String? = nil, port: UInt16 = 80, localAddress: String? = nil,
        socketPath: String? = nil, method: String = "GET", path: String = "/", headers: HeaderFields = [:],
        auth: String? = nil, agent: AgentChoice = .global, keepAlive: Bool = false, keepAliveMsecs: Int = 1000
    ) {
        self.host = host
        self.hostname = hostname
        self.port = port
        self.localAddress = localAddress
        self.socketPath = socketPath
        self.method = method
        self.path = path
        self.headers = headers
        self.auth = auth
        self.agent = agent
        self.keepAlive = keepAlive
        self.keepAliveMsecs = keepAliveMsecs
    }

    /// A GET of an absolute `http:` URL. Credentials in it become `auth`, its fragment is dropped.
    ///
    /// Throws `.unsupportedProtocol` for another scheme, `.illegalURL` for what is no absolute URL, `.illegalPath` for a
    /// control character in the path. RFC 3986 3, RFC 9110 4.2.1.
    public init(url: String) throws(OutgoingError) {
        let parts = try URLParts(url)
        self.init(hostname: parts.host, port: parts.port ?? 80, path: parts.path, auth: parts.credentials)
    }

    /// Where the request goes: lower case is made of it later. Without brackets.
    var originHost: String {
        let name = hostname ?? host ?? ""
        guard !name.isEmpty else { return "localhost" }
        return name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
    }

    /// What two requests that may share connections have in common.
    var originKey: OriginKey { OriginKey(host: originHost, port: port, localAddress: localAddress ?? "") }
}
