import Engine

/// Why an exchange with an origin came to nothing, or was cut off.
public struct ExchangeFailure: Error, Equatable, Sendable {
    /// What happened. One word each, `token`, for logs and metric labels.
    public enum Kind: Equatable, Sendable {
        /// The name could not be resolved.
        case resolve(ResolveError)
        /// The address must not be dialled.
        case denied
        /// The connection leads to another address than was dialled.
        case peerDiffers
        /// An address answered that nobody listens there, and none accepted: ECONNREFUSED.
        case connectRefused
        /// No address answered in time.
        case connectTimedOut
        /// No route, no permission, or another errno of connect.
        case connectFailed
        /// No socket to the origin came free in time.
        case queueTimedOut
        /// As many requests wait for the origin as may.
        case queueFull
        /// The origin closed the connection before its response head was complete.
        case closedBeforeResponse
        /// The origin closed the connection inside the body.
        case truncated
        /// The origin reset the connection.
        case reset
        /// The response head did not come in time.
        case responseTimedOut
        /// The body stopped coming.
        case bodyTimedOut
        /// The origin takes no bytes of the request.
        case writeTimedOut
        /// What the origin sent is not HTTP/1, or ambiguous.
        case badResponse
        /// The process has no descriptor left for another socket.
        case noDescriptors
        /// The kernel has no memory for another socket.
        case noMemory
        /// The caller aborted.
        case aborted
        /// The caller wrote after the end; what it wrote was dropped, and the exchange goes on.
        case writeAfterEnd
    }

    /// What happened.
    public let kind: Kind
    /// The system's word for it, when it has one.
    public var errno: Errno?
    /// One sentence about what was wrong with the bytes.
    public var detail: StaticString?
    /// May the request be sent once more? Only when it went out on a reused socket that died before any byte of a response:
    /// then the origin most likely closed while the socket was idle, and never saw it.
    public var isStaleSocket = false

    /// A failure of this kind, with what is known of it.
    public init(_ kind: Kind, errno: Errno? = nil, detail: StaticString? = nil, isStaleSocket: Bool = false) {
        self.kind = kind
        self.errno = errno
        self.detail = detail
        self.isStaleSocket = isStaleSocket
    }

    public static func == (a: ExchangeFailure, b: ExchangeFailure) -> Bool {
        a.kind == b.kind && a.errno == b.errno && a.isStaleSocket == b.isStaleSocket
    }

    /// A connection could not be made.
    public init(connect failure: ConnectFailure) {
        switch failure {
        case .resolve(let error): self.init(.resolve(error))
        case .denied: self.init(.denied)
        case .peerDiffers: self.init(.peerDiffers)
        case .dial(let dial): self.init(Kind(dialErrno: dial.errno), errno: dial.errno)
        }
    }

    /// A stable lowercase word.
    public var token: StaticString {
        switch kind {
        case .resolve(let error): error.token
        case .denied: "denied"
        case .peerDiffers: "peer_differs"
        case .connectRefused: "connect_refused"
        case .connectTimedOut: "connect_timeout"
        case .connectFailed: "connect_failed"
        case .queueTimedOut: "queue_timeout"
        case .queueFull: "queue_full"
        case .closedBeforeResponse: "closed_early"
        case .truncated: "truncated"
        case .reset: "reset"
        case .responseTimedOut: "response_timeout"
        case .bodyTimedOut: "body_timeout"
        case .writeTimedOut: "write_timeout"
        case .badResponse: "bad_response"
        case .noDescriptors: "no_descriptors"
        case .noMemory: "no_memory"
        case .aborted: "aborted"
        case .writeAfterEnd: "write_after_end"
        }
    }
}

extension ExchangeFailure.Kind {
    init(dialErrno errno: Errno) {
        switch errno {
        case .connectionRefused, .connectionReset: self = .connectRefused
        case .timedOut: self = .connectTimedOut
        case .tooManyFilesInProcess, .tooManyFilesInSystem: self = .noDescriptors
        case .noMemory, .noBuffers: self = .noMemory
        default: self = .connectFailed
        }
    }
}
