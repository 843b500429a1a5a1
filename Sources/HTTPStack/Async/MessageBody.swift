import Engine

/// The body of a message as an asynchronous sequence of chunks. See `IncomingMessage.body`.
public struct MessageBody: AsyncSequence {
    private let message: IncomingMessage

    init(_ message: IncomingMessage) { self.message = message }

    public func makeAsyncIterator() -> Iterator { Iterator(message) }

    /// Takes the body for one task, on the message's loop.
    public struct Iterator: AsyncIteratorProtocol {
        private let message: IncomingMessage
        private let taker: BodyTaker

        init(_ message: IncomingMessage) {
            let loop = HTTP.requiredLoop(message.source?.messageLoop, for: "IncomingMessage.body")
            self.message = message
            let queue = ChunkQueue(
                loop, resume: { [unowned message] in message.resume() }, pause: { [unowned message] in message.pause() }
            )
            taker = BodyTaker(message, queue, loop)
            guard message.source != nil || message.isComplete else {
                queue.finish(.failure(ExchangeFailure(.aborted)))
                return
            }
            message.pause()
            message.onData = { queue.append($0) }
            message.onEnd = { queue.finish(.success(())) }
            message.onAborted = { queue.finish(.failure($0)) }
            message.madeEvents.onDropped = { queue.finish(.failure(ExchangeFailure(.aborted))) }
        }

        /// The next bytes; nil at the end of the body. Throws the `ExchangeFailure` that cut the message off, or
        /// `CancellationError`, which cuts the exchange off.
        public func next() async throws -> [UInt8]? {
            do {
                return try await taker.queue.next()
            } catch let cancelled as CancellationError {
                message.destroy()
                throw cancelled
            }
        }
    }
}

extension IncomingMessage {
    /// The body, chunk by chunk: the peer is held back while the task does other things. To be taken once, by one task. Uses the
    /// message's closures. A response whose body is left before its end, by `break` or by an error, is cut off.
    public var body: MessageBody { MessageBody(self) }

    /// The whole body. Throws `BodyTooLong` when it has more than `limit` bytes, and what `body` throws.
    public func bytes(upTo limit: Int = 1_048_576) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await chunk in body {
            guard all.count + chunk.count <= limit else {
                destroy()
                throw BodyTooLong(limit: limit)
            }
            all += chunk
        }
        return all
    }

    /// The whole body as UTF-8 text, with U+FFFD for what is none. Throws as `bytes` does.
    public func text(upTo limit: Int = 1_048_576) async throws -> String {
        String(decoding: try await bytes(upTo: limit), as: UTF8.self)
    }
}

/// A body has more bytes than were asked for. Its exchange is cut off.
public struct BodyTooLong: Error, Equatable, Sendable {
    /// Bytes that were asked for.
    public let limit: Int
}
