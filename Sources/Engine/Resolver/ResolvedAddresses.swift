/// The addresses of a name, in the order in which they should be tried.
public struct ResolvedAddresses: Equatable, Sendable {
    /// Where an answer came from.
    public enum Source: Sendable {
        /// The host was an address already.
        case numeric
        /// The hosts file, or a name that is loopback by definition (RFC 6761 6.3).
        case local
        /// The cache of the resolver, whoever filled it.
        case cache
        /// A name server, asked for this.
        case dns
    }

    /// Addresses of one family that are kept of a server's answer, whatever else it names. Twice as many as a dial tries
    /// (`HappyEyeballs`), as it passes over those that are denied; and no answer costs the cache more.
    static let mostOfFamily = 16

    /// Never empty; port 0. Sorted by RFC 6724 when they came from a server.
    public let addresses: [SocketAddress]
    /// Where they came from.
    public let source: Source
    /// False while the servers have not answered for the other family, whose addresses may follow.
    public internal(set) var isComplete = true

    /// Did the cache know them?
    public var fromCache: Bool { source == .cache }
}

/// What `Resolver.resolve` returns: an answer at once, or a promise of one.
public enum Resolution: Sendable {
    /// Known without asking; the completion will not be called.
    case ready(Result<ResolvedAddresses, ResolveError>)
    /// The completion will be called on the asking loop, unless the token is cancelled before.
    case pending(ResolveToken)
}
