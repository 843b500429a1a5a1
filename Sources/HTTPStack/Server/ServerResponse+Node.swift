import Engine
import HTTPWire

/// Node's way to a response: fields, heads, text, and closures.
///
/// Closures run on the connection's loop, never inside the call that causes them. They are let go when the response is over,
/// so they may hold it.
extension ServerResponse {
    // MARK: The head

    /// Reason for the implicit head; nil stands for the standard phrase, as does one with CR, LF or another control byte.
    public var statusMessage: String? {
        get { draft?.statusMessage }
        set { madeDraft.statusMessage = newValue }
    }

    /// Add a Date field, unless one was set or removed? True to begin with. RFC 9110 6.6.1.
    public var sendDate: Bool {
        get { draft?.sendDate ?? true }
        set { madeDraft.sendDate = newValue }
    }

    /// The connection's socket; nil when the exchange is over. Its bytes belong to HTTP: see `Socket`.
    public var socket: Socket? { connection?.socket }

    /// Sets a field, in place of those of the same name in any case; the name is sent as it is spelt here.
    public func setHeader(_ name: String, _ value: String) throws(OutgoingError) {
        try mayChange()
        try FieldRule.check(name, value)
        madeDraft.set(name, value)
    }

    /// Sets one line of a field for each value, in place of those of the same name: `Set-Cookie` needs that.
    public func setHeader(_ name: String, _ values: [String]) throws(OutgoingError) {
        try mayChange()
        try FieldRule.check(HeaderFields(values.map { (name, $0) }))
        guard let first = values.first else { return madeDraft.remove(name) }
        madeDraft.set(name, first)
        for value in values.dropFirst() { madeDraft.append(name, value) }
    }

    /// The value that was set for a field, by name in any case; of several lines, joined by `, `. Fields that come by
    /// themselves are not among them.
    public func getHeader(_ name: String) -> String? {
        guard let draft else { return nil }
        let values = draft.fields.filter { HeaderFields.isSame($0.name, name) }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Removes a field that was set. One that would come by itself (Connection, Content-Length, Transfer-Encoding, Date) stays
    /// away until it is set: without Connection the connection closes, without both framings the body ends with it.
    public func removeHeader(_ name: String) throws(OutgoingError) {
        try mayChange()
        madeDraft.remove(name)
    }

    /// Sends the head: status, reason (the standard phrase if nil), and the fields set so far with `headers` in place of those
    /// of the same names. Several lines of one name in `headers` stay several.
    ///
    /// The framing follows from Content-Length or Transfer-Encoding, else it is chunked, or the connection's end for HTTP/1.0.
    /// Once, and before `end`. Does nothing when the client is gone.
    public func writeHead(
        _ status: Int, _ reason: String? = nil, headers: HeaderFields = [:]
    ) throws(OutgoingError) {
        try mayChange()
        guard Self.isFinal(status) else { throw .illegalStatus(status) }
        if let reason, !FieldRule.isLegalReason(reason) { throw .illegalReason }
        try FieldRule.check(headers)
        statusCode = status
        if let reason { statusMessage = reason }
        if !headers.isEmpty { madeDraft.merge(headers) }
        writeImplicitHead(knownLength: nil)
    }

    private func mayChange() throws(OutgoingError) {
        if headersSent { throw .headersSent }
    }

    static func isFinal(_ status: Int) -> Bool { status == 101 || (200...999).contains(status) }

    // MARK: Interim responses

    /// Sends `HTTP/1.1 100 Continue`: the client may send the body. Nothing after the final head, or for HTTP/1.0.
    public func writeContinue() {
        madeDraft.sentContinue = true
        writeInformation(100, [:])
    }

    /// Sends `HTTP/1.1 102 Processing`: the answer takes a while. RFC 2518 10.1.
    public func writeProcessing() { writeInformation(102, [:]) }

    /// Sends `HTTP/1.1 103 Early Hints` with the fields given, `Link` above all. RFC 8297.
    public func writeEarlyHints(_ hints: HeaderFields) throws(OutgoingError) {
        try mayChange()
        try FieldRule.check(hints)
        writeInformation(103, hints)
    }

    private func writeInformation(_ status: Int, _ fields: HeaderFields) {
        guard let connection, let socket = connection.socket, !headersSent, !isFinished, !connection.isHTTP10 else {
            return
        }
        ResponseHead.write(to: socket, status, reason: nil, fields)
    }

    // MARK: The body

    /// Writes text as UTF-8; false when the client takes no more for now. The first write sends the head with it.
    @discardableResult
    public func write(_ text: String) -> Bool { FieldRule.bytes(text) { write($0) } }

    /// Writes bytes; false when the client takes no more for now. The first write sends the head with it.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { write($0) } }

    /// Writes the text as UTF-8 and ends. Without a head written or a length set, the length is that of the text.
    public func end(_ text: String) { FieldRule.bytes(text) { end($0) } }

    /// Writes the bytes and ends. Without a head written or a length set, the length is theirs.
    public func end(_ bytes: [UInt8]) { bytes.withUnsafeBytes { end($0) } }

    /// Writes the bytes, borrowed for the call, and ends. Without a head written or a length set, the length is theirs.
    public func end(_ bytes: UnsafeRawBufferPointer) {
        if !headersSent, !isFinished { writeImplicitHead(knownLength: Int64(bytes.count)) }
        if !bytes.isEmpty { write(bytes) }
        end()
    }

    /// Adds fields to be sent behind the body. They are dropped unless it is chunked, which it is not for HTTP/1.0 clients.
    /// To be called before `end`; announce them with a `Trailer` field. RFC 9110 6.5.
    public func addTrailers(_ trailers: HeaderFields) throws(OutgoingError) {
        if isFinished { throw .writeAfterEnd }
        try FieldRule.check(trailers: trailers)
        for field in trailers { madeDraft.trailers.append(field.name, field.value) }
    }

    // MARK: Events

    /// Writing may go on after `write` has returned false. Not called where there is a delegate.
    public var onDrain: (() -> Void)? {
        get { draft?.onDrain }
        set { madeDraft.onDrain = newValue }
    }

    /// After `end`, when the last byte was handed to the kernel. Nothing follows it. To be set before `end`.
    public var onFinish: (() -> Void)? {
        get { draft?.onFinish }
        set { madeDraft.onFinish = newValue }
    }

    /// The connection has gone before `end`, or before all that was written was out: in place of `onFinish`. Not called where
    /// there is a delegate.
    public var onClose: (() -> Void)? {
        get { draft?.onClose }
        set { madeDraft.onClose = newValue }
    }

    /// A mistake of the program that cannot be thrown: `.writeAfterEnd`, or `.illegalStatus` of the implicit head.
    public var onError: ((OutgoingError) -> Void)? {
        get { draft?.onError }
        set { madeDraft.onError = newValue }
    }

    /// Has `onTimeout` called when for so many milliseconds no byte moved on the connection either way; 0 turns that off.
    ///
    /// The time is the connection's, also for responses to come. Node `response.setTimeout`.
    public func setTimeout(_ msecs: Int, _ onTimeout: (() -> Void)? = nil) {
        if let onTimeout { self.onTimeout = onTimeout }
        connection?.setTimeout(msecs)
    }

    /// The connection was inactive for the time that was set, and the response is not complete.
    public var onTimeout: (() -> Void)? {
        get { draft?.onTimeout }
        set { madeDraft.onTimeout = newValue }
    }
}
