/// Why a name has no address for us.
public enum ResolveError: Error, Equatable, Sendable, CaseIterable {
    /// The name does not exist (NXDOMAIN).
    case notFound
    /// The name exists, but has no address of the wanted kind (NODATA).
    case noAddress
    /// The servers could not answer (SERVFAIL, NOTIMP, FORMERR).
    case serverFailure
    /// The servers would not answer (REFUSED).
    case refused
    /// No server could be reached; or, with several servers, each of them was unreachable, failed or refused.
    case unreachable
    /// No answer within the look-up's budget.
    case timedOut
    /// An answer came that does not parse.
    case badAnswer
    /// Not a host name: never asked of a server.
    case badName
    /// The resolver was shut down.
    case cancelled
    /// Too many look-ups in flight, see `ResolverOptions.maxLookups`.
    case overloaded
    /// No memory or descriptors left for the look-up.
    case noResources

    /// A stable lowercase word for logs and metrics.
    public var token: StaticString {
        switch self {
        case .notFound: "dns_nxdomain"
        case .noAddress: "dns_nodata"
        case .serverFailure: "dns_servfail"
        case .refused: "dns_refused"
        case .unreachable: "dns_unreachable"
        case .timedOut: "dns_timeout"
        case .badAnswer: "dns_badanswer"
        case .badName: "dns_badname"
        case .cancelled: "dns_cancelled"
        case .overloaded: "dns_overload"
        case .noResources: "dns_resources"
        }
    }

    /// Does this say something of the name, so that asking again soon is pointless? RFC 2308 2.
    var isNegativeAnswer: Bool { self == .notFound || self == .noAddress }
}
