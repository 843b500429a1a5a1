/// What bytes can be written to, with backpressure: sockets, requests, responses. Node `stream.Writable`.
public protocol WritableStream: AnyObject {
    /// Writes bytes, borrowed for the call. False when no more should be written until `onDrain`; they are taken all the same.
    @discardableResult
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool
    /// Nothing more will be written.
    func end()
    /// Cuts the stream off: what was written may be lost, and the peer must not take it for complete.
    func destroy()
    /// Called when writing may go on after `write` has returned false.
    var onDrain: (() -> Void)? { get set }
    /// Called when the stream is closed, which it may be before its end.
    var onClose: (() -> Void)? { get set }
    /// May it be written to? Not after `end`, and not when the peer is gone.
    var isWritable: Bool { get }
}
