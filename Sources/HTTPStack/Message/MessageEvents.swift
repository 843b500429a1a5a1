/// What a program wants to hear of a message: the closures behind `message.onData` and its kin.
///
/// Made when the first is set, so that a message with a delegate costs nothing for them. They are let go when the message is
/// over: they often hold it.
final class MessageEvents {
    var onData: ((UnsafeRawBufferPointer) -> Void)?
    var onEnd: (() -> Void)?
    var onAborted: ((ExchangeFailure) -> Void)?
    var onClose: (() -> Void)?
    var onTimeout: (() -> Void)?
    /// The exchange has ended, and with it a message that nobody wanted to the end. For a task that waits for it all the same.
    var onDropped: (() -> Void)?
    /// `pause` was called last: setting `onData` does not undo that.
    var isPaused = false
    /// The message was complete when it was resumed: `onEnd` follows later in the turn.
    var isEndDue = false

    func clear() {
        onData = nil
        onEnd = nil
        onAborted = nil
        onClose = nil
        onTimeout = nil
        onDropped = nil
        isPaused = false
        isEndDue = false
    }
}
