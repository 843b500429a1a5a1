extension IncomingMessage {
    /// Writes the body to `sink`, at the speed that it takes, and ends it with the message. Node `readable.pipe`. Returns the
    /// sink.
    ///
    /// A message that is cut off cuts the sink off, so that nobody takes a part for the whole. Uses `onData`, `onEnd` and
    /// `onAborted` of the message, and the sink's `onDrain`.
    @discardableResult
    public func pipe<Sink: WritableStream>(to sink: Sink) -> Sink {
        onData = { [unowned self] bytes in if !sink.write(bytes) { pause() } }
        onEnd = { sink.end() }
        onAborted = { _ in sink.destroy() }
        sink.onDrain = { [weak self] in self?.resume() }
        resume()
        return sink
    }
}
