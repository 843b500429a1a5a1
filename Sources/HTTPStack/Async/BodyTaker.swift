import Engine

/// A task's hold on a body. When it goes before a response has ended, nobody will ever take the rest: the response is cut off,
/// which frees its connection. The rest of a request is the server's business, once the request is answered.
final class BodyTaker {
    /// Where the task finds what has come.
    let queue: ChunkQueue
    private let message: IncomingMessage
    private let loop: EventLoop

    init(_ message: IncomingMessage, _ queue: ChunkQueue, _ loop: EventLoop) {
        self.message = message
        self.queue = queue
        self.loop = loop
    }

    deinit {
        guard message.statusCode != 0 else { return }
        if EventLoop.current === loop { return message.destroy() }
        // A task may drop its iterator after it has left the loop.
        let (bound, loop) = (LoopBound(message), self.loop)
        loop.post { bound.value(on: loop).destroy() }
    }
}
