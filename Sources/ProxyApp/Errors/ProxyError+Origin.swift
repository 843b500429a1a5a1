import Engine
import HTTPStack
import Policy

/// What went wrong on the way to the origin, and with it.
extension ProxyError {
    /// Where every address was denied, what the rules say of the last one.
    init(_ failure: ExchangeFailure, _ destination: Destination) {
        let host = destination.host
        if failure.kind == .denied {
            self.init(destination.denialByAddress, host: host.description, port: destination.port)
        } else {
            self.init(failure, host: host.text, port: destination.port)
        }
    }

    init(_ failure: ExchangeFailure, host: String, port: UInt16) {
        let origin = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let kind = FailureKind(failure.kind)
        self.init(
            kind, Self.sentence(kind, failure, host: host, origin: origin), detail: failure.detail?.description,
            errno: failure.errno)
    }

    private static func sentence(
        _ kind: FailureKind, _ failure: ExchangeFailure, host: String, origin: String
    ) -> String {
        let system = failure.errno.map { " (\($0))" } ?? ""
        return switch kind {
        case .dnsTimeout: "The name '\(host)' could not be resolved in time."
        case .dnsNotFound: "The name '\(host)' does not exist (NXDOMAIN)."
        case .dnsNoAddress: "The name '\(host)' has no address."
        case .dnsBadName: "'\(host)' is not a host name."
        case .dnsOverload, .dnsResources, .dnsCancelled:
            "The name '\(host)' could not be resolved: the proxy is overloaded or stopping."
        case .dnsServerFailure, .dnsRefused, .dnsUnreachable, .dnsBadAnswer:
            "The name '\(host)' could not be resolved: \(kind.token)."
        case .ownListener: "\(origin) is this proxy itself: it does not connect to its own listeners."
        case .connectRefused: "\(origin) refused the connection\(system)."
        case .connectTimeout: "\(origin) did not accept the connection in time."
        case .connectFailed: "\(origin) could not be reached\(system)."
        case .peerDiffers: "The connection to \(origin) led to another address than was dialled, and was closed."
        case .noDescriptors: "The proxy has no descriptor left for a connection to \(origin). Try again."
        case .noMemory: "The machine of the proxy has no memory left for a connection to \(origin)\(system). Try again."
        case .queueFull: "The queue for \(origin) is full: too many requests wait for it already. Try again."
        case .queueTimeout:
            "The request waited in the queue for \(origin), and no connection came free in time. Try again."
        case .closedEarly: "\(origin) closed the connection without an answer."
        case .reset: "\(origin) reset the connection\(system)."
        case .truncated: "\(origin) closed the connection in the middle of its answer."
        case .responseTimeout: "\(origin) did not answer in time."
        case .bodyTimeout: "\(origin) stopped in the middle of its answer."
        case .writeTimeout: "\(origin) stopped reading the request."
        case .badResponse:
            "\(origin) sent what is not a valid HTTP/1.1 answer: \(failure.detail ?? "it is malformed.")"
        default: "The exchange with \(origin) was given up."
        }
    }
}

extension FailureKind {
    init(_ failure: ExchangeFailure.Kind) {
        self =
            switch failure {
            case .resolve(let error): FailureKind(error)
            case .denied: .ownListener
            case .peerDiffers: .peerDiffers
            case .connectRefused: .connectRefused
            case .connectTimedOut: .connectTimeout
            case .connectFailed: .connectFailed
            case .queueTimedOut: .queueTimeout
            case .queueFull: .queueFull
            case .closedBeforeResponse: .closedEarly
            case .truncated: .truncated
            case .reset: .reset
            case .responseTimedOut: .responseTimeout
            case .bodyTimedOut: .bodyTimeout
            case .writeTimedOut: .writeTimeout
            case .badResponse: .badResponse
            case .noDescriptors: .noDescriptors
            case .noMemory: .noMemory
            case .aborted, .writeAfterEnd: .aborted
            }
    }

    init(_ error: ResolveError) {
        self =
            switch error {
            case .notFound: .dnsNotFound
            case .noAddress: .dnsNoAddress
            case .serverFailure: .dnsServerFailure
            case .refused: .dnsRefused
            case .unreachable: .dnsUnreachable
            case .timedOut: .dnsTimeout
            case .badAnswer: .dnsBadAnswer
            case .badName: .dnsBadName
            case .cancelled: .dnsCancelled
            case .overloaded: .dnsOverload
            case .noResources: .dnsResources
            }
    }
}
