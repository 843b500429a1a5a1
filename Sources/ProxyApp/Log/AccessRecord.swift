import Engine

/// One finished request or tunnel, as the access log tells it.
struct AccessRecord {
    var client: SocketAddress
    /// Who was logged in.
    var user: ClientUser?
    /// Borrowed for the call that writes the line.
    var method = UnsafeRawBufferPointer(start: nil, count: 0)
    var target = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Where to, once that was understood: the host without brackets, borrowed for the call too.
    var host = UnsafeRawBufferPointer(start: nil, count: 0)
    var port: UInt16 = 0
    /// The status sent, or 0 when the client got none.
    var status = 0
    /// Payload bytes from the client to the origin, and back.
    var toOriginBytes: UInt64 = 0
    var toClientBytes: UInt64 = 0
    /// Nanoseconds; 0 where a phase did not take place.
    var resolveNs: UInt64 = 0
    var connectNs: UInt64 = 0
    var firstByteNs: UInt64 = 0
    var totalNs: UInt64 = 0
    /// Was a connection used that had served before?
    var isReused = false
    /// `ok`, or a stable word for how a tunnel ended. A failure has its own.
    var reason: StaticString = "ok"
}
