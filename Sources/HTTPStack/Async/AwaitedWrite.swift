import Engine

/// The stream that was written to is closed: the peer has gone, or it was ended.
public struct StreamClosed: Error, Equatable, Sendable {}

extension WritableStream {
    /// Writes a copy of the bytes, and waits until more may be written. Uses `onDrain`, and `onClose` as long as it waits.
    ///
    /// Throws `StreamClosed` when the peer has gone, and `CancellationError`, which cuts the stream off.
    public func write(_ bytes: [UInt8]) async throws {
        guard isWritable else { throw StreamClosed() }
        if bytes.withUnsafeBytes({ write($0) }) { return }
        try await drained()
    }

    /// Writes text as UTF-8, and waits as `write` of bytes does.
    public func write(_ text: String) async throws {
        guard isWritable else { throw StreamClosed() }
        var text = text
        if text.withUTF8({ write(UnsafeRawBufferPointer($0)) }) { return }
        try await drained()
    }

    private func drained() async throws {
        let waiter = LoopWaiter(HTTP.requiredLoop(nil, for: "write"))
        var isDrained = false
        let (onDrain, onClose) = (onDrain, onClose)
        defer {
            self.onDrain = onDrain
            self.onClose = onClose
        }
        self.onDrain = {
            isDrained = true
            waiter.wake()
        }
        self.onClose = {
            onClose?()
            waiter.wake()
        }
        do {
            while !isDrained, isWritable { try await waiter.wait() }
        } catch {
            destroy()
            throw error
        }
        if !isDrained { throw StreamClosed() }
    }
}
