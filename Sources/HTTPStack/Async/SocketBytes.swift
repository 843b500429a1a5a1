import Engine

/// What arrives on a socket, as an asynchronous sequence of chunks. See `Socket.bytes`.
public struct SocketBytes: AsyncSequence {
    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    public func makeAsyncIterator() -> Iterator { Iterator(socket) }

    /// Reads the socket for one task, on the socket's loop.
    public struct Iterator: AsyncIteratorProtocol {
        private let queue: ChunkQueue

        init(_ socket: Socket) {
            let queue = ChunkQueue(
                socket.loop, resume: { [weak socket] in socket?.resume() }, pause: { [weak socket] in socket?.pause() })
            self.queue = queue
            socket.onData = { queue.append($0) }
            socket.onEnd = { queue.finish(.success(())) }
            socket.onError = { queue.finish(.failure($0)) }
            socket.onClose = { queue.finish(.success(())) }
        }

        /// The next bytes; nil when the peer has ended, or the socket was destroyed. Throws the `Errno` of a failed connection,
        /// or `CancellationError`.
        public func next() async throws -> [UInt8]? { try await queue.next() }
    }
}

extension Socket {
    /// What arrives, chunk by chunk: the socket is read when the next chunk is asked for. Uses the socket's closures. The peer's
    /// end ends the sequence, and nothing else: call `end`.
    public var bytes: SocketBytes { SocketBytes(self) }

    /// Connects to a name and port, as `connect(port:host:on:_:)` does. To be awaited on a loop. Throws a `ConnectFailure`.
    public static func connect(port: UInt16, host: String = "localhost") async throws -> Socket {
        let loop = HTTP.requiredLoop(nil, for: "Socket.connect")
        let waiter = LoopWaiter(loop)
        var result: Result<Socket, ConnectFailure>?
        var isAbandoned = false
        connect(port: port, host: host, on: loop) { outcome in
            if isAbandoned { try? outcome.get().destroy() }
            result = outcome
            waiter.wake()
        }
        do {
            while true {
                if let result { return try result.get() }
                try await waiter.wait()
            }
        } catch let cancelled as CancellationError {
            isAbandoned = true
            if case .success(let socket) = result { socket.destroy() }
            throw cancelled
        }
    }
}
