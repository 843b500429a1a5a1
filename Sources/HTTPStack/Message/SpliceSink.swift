import Engine

/// A message being sent whose body may be moved into its socket by splice: `ServerResponse` and `ClientRequest`.
public protocol SpliceSink: AnyObject {
    /// The socket, while the message is open and its body is sized; nil otherwise.
    var spliceSocket: Socket? { get }
    /// Bytes still owed to the announced length.
    var spliceRemaining: Int64 { get }
    /// So many bytes were moved.
    func spliced(_ count: Int64)
    /// Bytes that may be moved now. A sink that allows none has paused the message, and resumes it when it allows some.
    func spliceAllowance() -> UInt64
}

extension SpliceSink {
    /// Without a bound.
    public func spliceAllowance() -> UInt64 { .max }
}
