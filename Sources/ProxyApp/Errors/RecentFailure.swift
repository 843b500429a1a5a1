import Engine

/// A failure or denial as the admin page lists it, with all that were like it.
struct RecentFailure: Sendable, Equatable {
    /// When it happened last, in milliseconds of the wall clock since 1970.
    var timeMs: Int64
    /// Whose request the last one was.
    var client: SocketAddress
    /// The method as received; empty when no request was understood.
    let method: String
    /// `host:port`; empty when the target was not understood. The path and the query of a request are never kept.
    let destination: String
    /// The status that the last one was answered with, or 0.
    var status: Int
    let kind: FailureKind
    /// What is known of the last one beyond its kind, for those who run the proxy.
    var detail: String?
    var errno: Errno?
    /// How long the last one took.
    var durationNs: UInt64
    /// The number of the last one.
    var id: RequestID
    /// How many there were of the kind, from the same address to the same destination.
    var count: UInt64 = 1
}
