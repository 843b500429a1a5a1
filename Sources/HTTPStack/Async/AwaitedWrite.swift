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
        let drain = DrainWait(self)
        try await drain.over()
    }

    /// Writes text as UTF-8, and waits as `write` of bytes does.
    public func write(_ text: String) async throws {
        guard isWritable else { throw StreamClosed() }
        var text = text
        if text.withUTF8({ write(UnsafeRawBufferPointer($0)) }) { return }
        let drain = DrainWait(self)
        try await drain.over()
    }
}

/// A task's wait for a stream that has just refused more.
///
/// Made in the same breath as the write, without an `await` in between: what may come before a task is resumed includes the
/// drain that it wants to wait for.
private final class DrainWait {
    private let stream: any WritableStream
    private let waiter = LoopWaiter(HTTP.requiredLoop(nil, for: "write"))
    private var isDrained = false
    private let onDrain: (() -> Void)?
    private let onClose: (() -> Void)?

    init(_ stream: any WritableStream) {
        self.stream = stream
        onDrain = stream.onDrain
        onClose = stream.onClose
        stream.onDrain = { [self] in
            isDrained = true
            waiter.wake()
        }
        stream.onClose = { [self] in
            onClose?()
            waiter.wake()
        }
    }

    func over() async throws {
        defer {
            stream.onDrain = onDrain
            stream.onClose = onClose
        }
        do {
            while !isDrained, stream.isWritable { try await waiter.wait() }
        } catch {
            stream.destroy()
            throw error
        }
        if !isDrained { throw StreamClosed() }
    }
}
