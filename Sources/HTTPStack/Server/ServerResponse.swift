import Engine
import HTTPWire

/// Who produces a response and wants to hear of its client. Called on the connection's loop.
public protocol ServerResponseDelegate: AnyObject {
    /// The client takes no more for now: stop writing until `responseDrained`.
    func responseBlocked(_ response: ServerResponse)
    /// Writing may go on after `responseBlocked`.
    func responseDrained(_ response: ServerResponse)
    /// The exchange was cut off before the response was complete. Nothing follows, but when `failure.isAnswerable` and no
    /// head was sent, the client still waits: answer it with `failure.status`.
    func responseAborted(_ response: ServerResponse, _ failure: ClientFailure)
}

/// A response that is being sent. Node `http.ServerResponse`.
///
/// Two ways to write the head: Node's (`setHeader`, `writeHead`), or `headRoom`/`commitHead` with bytes serialised by the
/// caller. What is written leaves with the event at hand, in as few system calls as possible; when the client reads slowly,
/// the delegate is told to stop. The object is reused for a later exchange unless someone still holds it.
public final class ServerResponse: SpliceSink {
    private enum State: UInt8 {
        /// May be written to. To `ended` or `cutOff`.
        case open
        /// `end` was called, or the socket was taken over.
        case ended
        /// The exchange was cut off, from either side.
        case cutOff
    }

    /// Hears of the client, if set; else the closures do. Held until the exchange is over.
    public var delegate: (any ServerResponseDelegate)?

    /// Set while the exchange is open: the cycle through it is broken when the exchange ends.
    var connection: ServerConnection?
    var encoder = BodyEncoder()
    private var state = State.open
    /// What was said in Node's way; nil until something is.
    private(set) var draft: ResponseDraft?

    /// Status for the implicit head, and afterwards what was sent.
    public var statusCode = 200
    /// Has the head been written?
    public private(set) var headersSent = false
    /// Has `end` been called, or the exchange been cut off?
    public var isFinished: Bool { state != .open }

    /// May the connection persist after this response? True unless the client, the server or a head said otherwise.
    public var mayPersist: Bool { connection?.mayPersist ?? false }
    /// The client's address.
    public var clientAddress: SocketAddress { connection?.peer ?? .unix(path: "") }
    /// What the server's delegate keeps with the client's connection; nil for nothing, and when the client is gone.
    public var companion: AnyObject? { connection?.companion }
    /// May it be written to? Not after `end`, and not when the client is gone.
    public var isWritable: Bool { state == .open && connection != nil }
    /// Does it answer a HEAD request, so that no body may follow the head?
    public var isForHEAD: Bool { connection?.isHeadRequest ?? false }
    /// Does it answer an HTTP/1.0 client?
    public var isForHTTP10: Bool { connection?.isHTTP10 ?? false }
    /// Payload bytes written so far.
    public var payloadBytes: UInt64 { encoder.payloadBytes }
    /// Does the client take no more for now?
    public var isBlocked: Bool { connection?.socket?.isBlocked ?? false }

    /// The draft, made if there is none.
    var madeDraft: ResponseDraft {
        if let draft { return draft }
        let made = ResponseDraft()
        draft = made
        return made
    }

    // MARK: Raw

    /// Room for a head of up to `count` bytes, in the connection's output. Nil when the client is gone.
    public func headRoom(_ count: Int) -> UnsafeMutableRawBufferPointer? { connection?.socket?.reserve(count) }

    /// An interim response (1xx) of `count` bytes was written into `headRoom`.
    public func commitInformation(_ count: Int) { connection?.socket?.commit(count) }

    /// The final head of `count` bytes was written into `headRoom`. Its fields must agree with `framing` and `persist`.
    public func commitHead(_ count: Int, status: Int, framing: BodyFraming, persist: Bool) {
        guard connection != nil, !headersSent else { return }
        headWritten(status: status, framing: framing, persist: persist)
        connection?.socket?.commit(count)
    }

    /// The final head is in the connection's output.
    func headWritten(status: Int, framing: BodyFraming, persist: Bool) {
        headersSent = true
        statusCode = status
        if !persist || framing == .untilClose { connection?.closeAfterResponse() }
        encoder = BodyEncoder(framing)
    }

    /// Writes payload, borrowed for the call; false when the client takes no more for now, or when others need the loop: go on
    /// when drained. Without a head, the implicit one goes first. Nothing is written for no bytes.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let socket = connection?.socket, state == .open else { return refuseWrite() }
        if !headersSent { writeImplicitHead(knownLength: nil) }
        encoder.write(bytes, to: socket)
        if delegate == nil, let connection { return connection.programWrote(bytes.count, self, socket) }
        return !socket.isBlocked
    }

    private func refuseWrite() -> Bool {
        if state == .ended, let onError = draft?.onError { later { onError(.writeAfterEnd) } }
        return false
    }

    /// Ends the response, with the trailers of the message that it relays, if any. One whose announced length was not reached
    /// is broken: the connection is closed then.
    public func end(trailersOf message: IncomingMessage?) {
        guard let connection, let socket = connection.socket, state == .open else { return }
        if !headersSent { writeImplicitHead(knownLength: connection.isHeadRequest ? nil : 0) }
        state = .ended
        let isWhole =
            if let draft, message == nil, !draft.trailers.isEmpty {
                encoder.end(trailers: draft.trailers, to: socket)
            } else {
                encoder.end(trailersOf: message, to: socket)
            }
        if let draft { connection.report(self, draft) }
        if isWhole {
            connection.responseCompleted()
        } else {
            connection.abandon(untilClose: false)
        }
    }

    /// Ends the response. To be called for every one; a second call does nothing.
    public func end() { end(trailersOf: nil) }

    /// Cuts the response off and closes the connection in such a way that the client cannot take a part for the whole.
    public func destroy() {
        guard state == .open else { return }
        state = .cutOff
        tellClosed()
        connection?.abandon(untilClose: encoder.isUntilClose)
    }

    /// Gives the socket and the bytes that the client sent behind the request to the caller: CONNECT, or an upgrade.
    ///
    /// Everything written before is on its way. `body` gets the early bytes, borrowed for the call, and whether the client has
    /// ended its side. Nil when the client is gone.
    public func takeOver(_ body: (Socket, UnsafeRawBufferPointer, _ clientEnded: Bool) -> Void) {
        state = .ended
        connection?.handOver(body)
    }

    /// As `takeOver`, for a program: the socket waits until it lets it flow.
    func giveAway(_ body: (Socket, UnsafeRawBufferPointer) throws -> Void) {
        state = .ended
        connection?.giveAway(body)
    }

    /// The request is refused before anyone has seen it, and the connection with it.
    func refuse(_ error: ClientError) { connection?.refuse(error) }

    // MARK: Splicing

    public var spliceSocket: Socket? { encoder.isSized && state == .open ? connection?.socket : nil }
    public var spliceRemaining: Int64 { encoder.remaining }
    public func spliced(_ count: Int64) { encoder.skip(count) }

    // MARK: The connection's side

    func blocked() { delegate?.responseBlocked(self) }

    func drained() {
        if let delegate { return delegate.responseDrained(self) }
        draft?.isDrainDue = false
        draft?.onDrain?()
    }

    /// The loop has come round since the program was told to stop for others.
    func turnOver() {
        guard let draft, draft.isDrainDue else { return }
        // A client that has fallen behind meanwhile is waited for.
        guard state == .open, !isBlocked else {
            draft.isDrainDue = false
            return
        }
        drained()
    }

    func abort(_ failure: ClientFailure) {
        guard state == .open else { return }
        state = .cutOff
        if let delegate { delegate.responseAborted(self, failure) } else { tellClosed() }
    }

    /// The request is broken, but its client can still read: the delegate may answer, else this does.
    func requestFailed(_ failure: ClientFailure) {
        if let delegate { delegate.responseAborted(self, failure) } else { tellClosed() }
        guard !headersSent, state == .open else { return }
        answer(failure.status, failure.reason)
    }

    /// Sends an error in place of what was drafted.
    func answer(_ status: Int, _ reason: StaticString) {
        draft?.clearHead()
        statusCode = status
        madeDraft.set("Content-Type", "text/plain; charset=utf-8")
        end("\(reason)\n")
    }

    /// The exchange is over: nothing follows.
    static func detach(_ response: inout ServerResponse) {
        response.connection = nil
        if response.delegate != nil { response.delegate = nil }
    }

    /// Makes the response ready for another exchange. One that somebody still holds is left to them, and replaced.
    static func renew(_ response: inout ServerResponse) {
        guard isKnownUniquelyReferenced(&response) else {
            response.forget()
            response = ServerResponse()
            return
        }
        response.reset()
    }

    private func reset() {
        encoder = BodyEncoder()
        statusCode = 200
        headersSent = false
        state = .open
        if let draft { draft.reset() }
    }

    // MARK: Closures

    /// The connection has gone before the response was written.
    func tellClosed() {
        if let told = takeEnd(isOut: false) { later(told) }
    }

    /// Nothing follows but this, if it is set: `onFinish`, or `onClose` where not everything is out. The other closures, which
    /// often hold this object, are let go; `onError` may still be needed.
    func takeEnd(isOut: Bool) -> (() -> Void)? {
        guard let draft else { return nil }
        let told = isOut ? draft.onFinish : draft.onClose
        draft.onDrain = nil
        draft.onFinish = nil
        draft.onClose = nil
        draft.onTimeout = nil
        return told
    }

    /// Someone may still hold the response, but no exchange does.
    func forget() { draft?.onError = nil }

    /// Runs `body` later in this turn.
    private func later(_ body: @escaping () -> Void) {
        guard let loop = connection?.server.loop ?? EventLoop.current else { return body() }
        loop.soon(body)
    }
}

extension ServerResponse: WritableStream {}
