import Engine
import Glibc

extension ExchangeFailure {
    /// What Node programs compare: the name of an errno where there is one (`ECONNREFUSED`, `ETIMEDOUT`, `ENOTFOUND` …).
    ///
    /// A connection that ended before the response was complete is `ECONNRESET`, however it ended: Node `socket hang up`.
    public var code: String {
        switch kind {
        case .resolve(.notFound), .resolve(.noAddress), .resolve(.badName): "ENOTFOUND"
        case .resolve(.timedOut): "ETIMEOUT"
        case .resolve: "EAI_AGAIN"
        case .denied, .peerDiffers: "EACCES"
        case .connectRefused: "ECONNREFUSED"
        case .connectTimedOut, .responseTimedOut, .bodyTimedOut, .writeTimedOut: "ETIMEDOUT"
        case .connectFailed: Self.name(of: errno) ?? "ECONNFAILED"
        case .queueTimedOut: "EQUEUETIMEOUT"
        case .queueFull: "EQUEUEFULL"
        case .closedBeforeResponse, .truncated, .reset, .aborted: "ECONNRESET"
        case .badResponse: "EPROTO"
        case .noDescriptors: "EMFILE"
        case .noMemory: "ENOMEM"
        case .writeAfterEnd: "ERR_STREAM_WRITE_AFTER_END"
        }
    }

    /// The errnos of connect(2) and bind(2), by name.
    private static func name(of errno: Errno?) -> String? {
        switch errno?.code {
        case EACCES: "EACCES"
        case EADDRINUSE: "EADDRINUSE"
        case EADDRNOTAVAIL: "EADDRNOTAVAIL"
        case EHOSTUNREACH: "EHOSTUNREACH"
        case EINVAL: "EINVAL"
        case ENAMETOOLONG: "ENAMETOOLONG"
        case ENETUNREACH: "ENETUNREACH"
        case ENOENT: "ENOENT"
        case ENOTSOCK: "ENOTSOCK"
        case EPERM: "EPERM"
        default: nil
        }
    }
}
