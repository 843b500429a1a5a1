/// How a `Resolver` looks names up. The defaults suit a proxy on an ordinary host.
public struct ResolverOptions: Sendable {
    /// Which kinds of address a look-up asks for.
    public enum Family: Sendable {
        /// A and AAAA, asked side by side.
        case any
        /// A alone.
        case ipv4
        /// AAAA alone.
        case ipv6
    }

    /// Name servers with their ports (port 0 means 53); empty for those of /etc/resolv.conf.
    public var servers: [SocketAddress] = []
    /// The whole of a look-up, all servers, tries and search domains together.
    public var timeoutMs: UInt64 = 5_000
    /// How often each server is asked, at least 1. The second try waits twice as long as the first.
    public var tries = 2
    /// Names kept, answers and refusals together; the least recently used one gives way. 0 keeps none.
    public var cacheEntries = 10_000
    /// Longest time an answer is kept, whatever its records say.
    public var maxTTLMs: UInt64 = 300_000
    /// How long "no such name" and "no address" are kept.
    public var negativeTTLMs: UInt64 = 5_000
    /// Look-ups in flight; beyond that a name that is not cached fails with `ResolveError.overloaded`.
    public var maxLookups = 4_096
    /// File of fixed names, looked into before any server; nil for none. Read anew when it changes.
    public var hostsFile: String? = "/etc/hosts"
    /// Domains tried behind names that have too few dots; nil for those of /etc/resolv.conf, empty for none.
    public var searchDomains: [String]?
    /// May this name be asked for, which is another with a search domain behind it? Called on the resolver's loop, with a
    /// canonical name without root dot.
    public var maySearch: @Sendable (_ name: String) -> Bool = { _ in true }
    /// Which addresses to ask for. A numeric host is answered as it is, whatever stands here.
    public var family = Family.any

    /// The defaults.
    public init() {}
}
