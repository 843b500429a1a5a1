import Engine

/// A request in Node's form, as `HTTP.request` makes it: its head, its closures, and what Node calls its methods.
///
/// All of it on the loop of the request's agent. Closures run on it too, never inside a call to the request; setting one
/// replaces the one before. Their order: `onSocket`; then `onContinue` and `onInformation` as often as interim responses come;
/// then one of `onResponse`, `onConnect`, `onUpgrade` and `onError`; and at the end `onClose`, once, which nothing follows.
/// `onFinish` comes when the request has been sent, before or after the response's head.
extension ClientRequest {
    /// The Node side; only a request from `HTTP.request` has one.
    private var face: RequestDraft {
        guard let draft else {
            preconditionFailure(
                "a request made by ClientRequest() has a delegate; HTTP.request makes one with closures")
        }
        draft.loop.assertOnLoop()
        return draft
    }

    // MARK: Head

    /// Is the head fixed? True from the first `write`, `end` or `flushHeaders` on.
    public var headersSent: Bool { draft?.headersSent ?? true }

    /// Sets a field, replacing those of the same name in any case.
    ///
    /// Throws `.headersSent` once the head is fixed, `.illegalName` and `.illegalValue` for what would break out of its line.
    public func setHeader(_ name: String, _ value: String) throws(OutgoingError) { try face.set(name, [value]) }

    /// The same with several lines of one name.
    public func setHeader(_ name: String, _ values: [String]) throws(OutgoingError) { try face.set(name, values) }

    /// The value of a field that is or was to be sent, several lines joined by `, `; nil when there is none.
    public func getHeader(_ name: String) -> String? { draft?.head.fields[name] }

    /// Removes a field, a default one (Host, Connection) too, which stays removed. Throws `.headersSent`.
    ///
    /// A request without Connection is the last of its connection. A body is framed all the same.
    public func removeHeader(_ name: String) throws(OutgoingError) { try face.remove(name) }

    /// Sends the head now, without waiting for the body. Content-Length or chunked is decided with that.
    public func flushHeaders() { face.flushHeaders() }

    /// Path and query as sent.
    public var path: String { draft?.head.path ?? "" }

    // MARK: Body

    /// Writes text as UTF-8, as `write` of bytes does.
    @discardableResult
    public func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes, as `write` of a buffer does.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { write($0) } }

    /// Writes the bytes, borrowed for the call, and ends. When nothing was written before, their length is announced.
    public func end(_ bytes: UnsafeRawBufferPointer) {
        if let draft { return draft.end(bytes) }
        write(bytes)
        end()
    }

    /// Writes text as UTF-8 and ends, as `end` with bytes does.
    public func end(_ text: String) {
        var text = text
        text.withUTF8 { end(UnsafeRawBufferPointer($0)) }
    }

    /// Writes the bytes and ends, as `end` with a buffer does.
    public func end(_ bytes: [UInt8]) { bytes.withUnsafeBytes { end($0) } }

    // MARK: The connection

    /// Was it aborted by this side?
    public var aborted: Bool { draft?.isAborted ?? false }

    /// Did it go out on a connection that had served before? Then a failure with `isStaleSocket` may be tried again.
    public var reusedSocket: Bool { isReusedSocket }

    /// Takes the connection out of its agent's pool, which may open another in its place; it is closed when the request is over.
    /// Node `'agentRemove'`.
    public func agentRemove() { connection?.leavePool() }

    /// Calls `onTimeout` when for so many milliseconds (and less than twice that) no byte moved on the request's connection; 0
    /// turns that off. It ends with the request, and only tells: `abort`, or go on waiting.
    public func setTimeout(_ msecs: Int, _ onTimeout: (() -> Void)? = nil) {
        if let onTimeout { self.onTimeout = onTimeout }
        face.setTimeout(msecs)
    }

    /// Sends small pieces at once (the default) or lets TCP gather them, from when there is a socket.
    public func setNoDelay(_ isOn: Bool = true) { face.setNoDelay(isOn) }

    /// Turns TCP's keepalive probes on, the first after `initialDelayMs` without traffic (0: unchanged), or off.
    public func setSocketKeepAlive(_ isOn: Bool = false, initialDelayMs: Int = 0) {
        face.setSocketKeepAlive(isOn, initialDelayMs: initialDelayMs)
    }

    // MARK: Closures

    /// A socket carries the request.
    public var onSocket: ((Socket) -> Void)? {
        get { draft?.events.onSocket }
        set { face.listen(onSocket: newValue) }
    }

    /// 100: the origin wants the body that `Expect: 100-continue` held back.
    public var onContinue: (() -> Void)? {
        get { draft?.events.onContinue }
        set { face.events.onContinue = newValue }
    }

    /// An interim response, 100 included; the final one follows. RFC 9110 15.2.
    public var onInformation: ((Information) -> Void)? {
        get { draft?.events.onInformation }
        set { face.events.onInformation = newValue }
    }

    /// The response's head is here; resume the message to get its body, which otherwise waits. Without this closure the
    /// response is read and dropped. An error that it throws aborts the request and ends `HTTP.run`.
    public var onResponse: ((IncomingMessage) throws -> Void)? {
        get { draft?.events.onResponse }
        set { face.events.onResponse = newValue }
    }

    /// CONNECT was answered by a 2xx: the socket is the program's, with what came behind the head. Any other status goes to
    /// `onResponse`. Without this closure the connection is closed.
    public var onConnect: ((IncomingMessage, Socket, [UInt8]) throws -> Void)? {
        get { draft?.events.onConnect }
        set { face.events.onConnect = newValue }
    }

    /// 101: the socket is the program's, with what came behind the head. Without this closure the connection is closed. An
    /// origin that does not switch goes to `onResponse`, one that does so unasked to `onError`.
    public var onUpgrade: ((IncomingMessage, Socket, [UInt8]) throws -> Void)? {
        get { draft?.events.onUpgrade }
        set { face.events.onUpgrade = newValue }
    }

    /// Writing may go on after `write` has returned false.
    public var onDrain: (() -> Void)? {
        get { draft?.events.onDrain }
        set { face.events.onDrain = newValue }
    }

    /// The request was ended, and all of it handed to the kernel.
    public var onFinish: (() -> Void)? {
        get { draft?.events.onFinish }
        set { face.listen(onFinish: newValue) }
    }

    /// The time of `setTimeout` has passed without traffic.
    public var onTimeout: (() -> Void)? {
        get { draft?.events.onTimeout }
        set { face.events.onTimeout = newValue }
    }

    /// The program called `abort`.
    public var onAbort: (() -> Void)? {
        get { draft?.events.onAbort }
        set { face.events.onAbort = newValue }
    }

    /// No response will come (or, `.writeAfterEnd`, a write was dropped). Without this closure the error ends `HTTP.run`,
    /// unless the program aborted the request itself.
    public var onError: ((ExchangeFailure) -> Void)? {
        get { draft?.events.onError }
        set { face.events.onError = newValue }
    }

    /// The request is over, in whichever way. Nothing follows.
    public var onClose: (() -> Void)? {
        get { draft?.events.onClose }
        set { face.events.onClose = newValue }
    }
}
