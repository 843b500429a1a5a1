import Engine

/// A socket in a program's hands: after CONNECT or an upgrade, or from `Socket.connect`. Node `net.Socket`.
///
/// While an HTTP message is carried by the socket, its bytes belong to that: setting a closure or writing then is a mistake,
/// which stops a debug build and does nothing otherwise. Addresses, `setNoDelay`, `setKeepAlive` and `destroy` may be used at any
/// time.
/// All of it on the socket's loop.
extension Socket: WritableStream {
    private var events: SocketEvents {
        if let events = owner as? SocketEvents { return events }
        let events = SocketEvents(self)
        assert(owner == nil || isClosed, "the socket is in use by an HTTP connection")
        if owner == nil, !isClosed { owner = events }
        return events
    }

    /// Is the socket the program's own, to read and to write?
    private var knownEvents: SocketEvents? { owner as? SocketEvents }

    // MARK: Reading

    /// Called with what arrives, borrowed for the call. Setting it lets the bytes flow, from those that wait already.
    public var onData: ((UnsafeRawBufferPointer) -> Void)? {
        get { knownEvents?.onData }
        set {
            events.onData = newValue
            if newValue != nil { resume() }
        }
    }

    /// Called once when the peer will send no more. If this is not set, this side ends then as well; otherwise call `end`.
    public var onEnd: (() -> Void)? {
        get { knownEvents?.onEnd }
        set { events.onEnd = newValue }
    }

    /// Stops `onData`; what comes meanwhile stays in the kernel, and the peer is held back by TCP.
    public func pause() {
        knownEvents?.isPaused = true
        pauseReading()
    }

    /// Lets the bytes flow again.
    public func resume() {
        events.isPaused = false
        resumeReading()
    }

    /// Writes everything that arrives to `sink`, at the speed that it takes, and ends it with the peer. Returns the sink.
    ///
    /// Uses the sink's `onDrain`. An error cuts the sink off.
    @discardableResult
    public func pipe<Sink: WritableStream>(to sink: Sink) -> Sink {
        events.sink = sink
        sink.onDrain = { [weak self] in self?.resumeReading() }
        resume()
        return sink
    }

    // MARK: Writing

    /// Writes a copy of the bytes; false when no more should be written until `onDrain`.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { write($0) } }

    /// Writes text as UTF-8; false when no more should be written until `onDrain`.
    @discardableResult
    public func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// May it be written to: connected, and not ended by this side?
    public var isWritable: Bool { !isClosed && !isShut }

    /// Called when writing may go on after `write` has returned false.
    public var onDrain: (() -> Void)? {
        get { knownEvents?.onDrain }
        set { events.onDrain = newValue }
    }

    /// Sends FIN behind what was written. Reading goes on; when the peer has ended too, the socket closes. Where there is neither
    /// `onData` nor a pipe, what comes is dropped, and the peer has two seconds to end.
    public func end() { events.end() }

    // MARK: The end

    /// Closes the socket at once; `onClose` follows.
    public func destroy() {
        if let carrier = owner as? any SocketCarrier { carrier.destroySocket() } else { events.destroy() }
    }

    /// Called when the connection has failed; `onClose` follows.
    public var onError: ((Errno) -> Void)? {
        get { knownEvents?.onError }
        set { events.onError = newValue }
    }

    /// Called once, when the socket is closed: after both ends, after an error, or after `destroy`.
    public var onClose: (() -> Void)? {
        get { knownEvents?.onClose }
        set { events.onClose = newValue }
    }

    // MARK: Options

    /// Calls `onTimeout` when for so many milliseconds (and less than twice that) no byte moved; 0 turns that off. Nothing else
    /// happens: destroy the socket, or do not.
    public func setTimeout(_ msecs: Int, _ onTimeout: (() -> Void)? = nil) {
        if let onTimeout { self.onTimeout = onTimeout }
        events.setTimeout(msecs)
    }

    /// Called when the time of `setTimeout` has passed without traffic.
    public var onTimeout: (() -> Void)? {
        get { knownEvents?.onTimeout }
        set { events.onTimeout = newValue }
    }

    /// The address at the other end; nil when the socket is not connected any more. Node `remoteAddress` and `remotePort`.
    public var remoteAddress: SocketAddress? { peerAddress }
}
