import Engine
import HTTPWire

/// Writes a body with the framing that its head announced, and keeps count.
struct BodyEncoder {
    private enum Mode: UInt8 {
        /// No head yet, or a message without a body: payload is dropped.
        case none
        case length
        case chunked
        case untilClose
    }

    private var mode = Mode.none
    /// Bytes still owed to the announced length.
    private(set) var remaining: Int64 = 0
    /// Payload bytes written so far.
    private(set) var payloadBytes: UInt64 = 0

    var isSized: Bool { mode == .length }
    var isChunked: Bool { mode == .chunked }
    var isUntilClose: Bool { mode == .untilClose }

    init() {}

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: mode = .none
        case .length(let count):
            mode = .length
            remaining = count
        case .chunked: mode = .chunked
        case .untilClose: mode = .untilClose
        }
    }

    /// Writes payload. Bytes beyond an announced length are dropped: they would be read as the next message.
    mutating func write(_ bytes: UnsafeRawBufferPointer, to socket: Socket) {
        guard !bytes.isEmpty else { return }
        switch mode {
        case .none: break
        case .length:
            let count = Int(min(Int64(bytes.count), remaining))
            remaining -= Int64(count)
            payloadBytes &+= UInt64(count)
            socket.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        case .untilClose:
            payloadBytes &+= UInt64(bytes.count)
            socket.write(bytes)
        case .chunked:
            payloadBytes &+= UInt64(bytes.count)
            socket.commit(ChunkSizeLine.write(bytes.count, into: socket.reserve(ChunkSizeLine.maxBytes)))
            socket.write(bytes, suffix: ChunkSizeLine.dataEnd)
        }
    }

    /// Payload bytes that went to the socket past this encoder, by splice.
    mutating func skip(_ count: Int64) {
        remaining -= count
        payloadBytes &+= UInt64(count)
    }

    /// Ends a body with trailers of its own, which are dropped unless the body is chunked. False as below.
    mutating func end(trailers: HeaderFields, to socket: Socket) -> Bool {
        guard mode == .chunked else { return end(trailersOf: nil, to: socket) }
        socket.write(ChunkSizeLine.lastChunkLine)
        for field in trailers {
            FieldRule.bytes(field.name) { _ = socket.write($0, suffix: ": ") }
            FieldRule.bytes(field.value) { _ = $0.isEmpty ? socket.write("\r\n") : socket.write($0, suffix: "\r\n") }
        }
        socket.write("\r\n")
        return true
    }

    /// Ends the body; the trailers of `message`, which this one relays, are written behind the last chunk, without those that
    /// its Connection field keeps to one hop (RFC 9110 7.6.1). False when the announced length was not reached: this message
    /// is broken then, and only closing the connection tells the peer.
    @inline(__always)
    mutating func end(trailersOf message: IncomingMessage?, to socket: Socket) -> Bool {
        if mode == .chunked { endChunks(trailersOf: message, to: socket) }
        return mode != .length || remaining == 0
    }

    private func endChunks(trailersOf message: IncomingMessage?, to socket: Socket) {
        socket.write(ChunkSizeLine.lastChunkLine)
        if let message, let trailers = message.trailerHead {
            let nominates = message.head.connection.contains(.others)
            for line in trailers.fields where !line.id.isHopByHop && !line.id.isForbiddenInTrailers {
                if nominates, message.head.nominates(trailers.bytes(line.name)) { continue }
                socket.write(trailers.bytes(line.line))
            }
        }
        socket.write("\r\n")
    }
}
