/// Every way in which a request can fail or be denied. The one source of statuses, words, sentences and labels.
///
/// Each case has its line in `facts`, its sentence in `meaning` and its advice in `advice`; `docs/errors.md` is generated
/// from them. A new failure is a case here: the compiler then asks for the rest.
enum FailureKind: UInt8, CaseIterable, Sendable {
    // MARK: The request's head

    case badRequest
    case badTarget
    case badHost
    case badMaxForwards
    case originForm
    case unsupportedScheme
    case unsupportedCoding
    case unsupportedVersion
    case unknownExpectation
    case requestLineTooLong
    case headTooLarge
    case headTimeout
    case loop

    // MARK: The request's body, and the client's connection

    case bodyTooLarge
    case clientBodyTimeout
    case clientBadBody
    case clientWriteTimeout
    case clientGone
    case shutdown

    // MARK: Access

    case clientNetwork
    case rule
    case guardedPort
    case connectPort
    case ownListener
    case metadata
    case notPublic
    case denied

    // MARK: Login

    case loginRequired
    case loginFailed
    case loginPaused
    case loginBusy

    // MARK: Limits

    case clientConnections
    case clientTunnels
    case clientRequests
    case userConnections
    case userTunnels
    case userRequests
    case connectionLimit

    // MARK: Resolving

    case dnsNotFound
    case dnsNoAddress
    case dnsServerFailure
    case dnsRefused
    case dnsUnreachable
    case dnsTimeout
    case dnsBadAnswer
    case dnsBadName
    case dnsCancelled
    case dnsOverload
    case dnsResources

    // MARK: Connecting

    case connectRefused
    case connectTimeout
    case connectFailed
    case peerDiffers
    case noDescriptors
    case noMemory
    case queueTimeout
    case queueFull

    // MARK: The origin's answer

    case closedEarly
    case reset
    case responseTimeout
    case badResponse
    case writeTimeout
    case truncated
    case bodyTimeout
    case aborted

    /// A stable lowercase word for logs, metrics, Proxy-Status and the documentation.
    var token: StaticString { facts.token }
    /// The status to answer with; 0 where the client can no longer take an answer.
    var status: Int { facts.status }
}
