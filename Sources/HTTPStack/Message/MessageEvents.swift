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
        isPaused = false
        isEndDue = false
    }
}
