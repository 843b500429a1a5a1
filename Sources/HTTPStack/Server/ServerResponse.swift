import Engine
import HTTPWire

/// Who produces a response and wants to hear of its client. Called on the connection's loop.
public protocol ServerResponseDelegate: AnyObject {
    /// The client takes no more for now: stop writing until `responseDrained`.
    func responseBlocked(_ response: ServerResponse)
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
    public var delegate: (any ServerResponseDelegate)?

    /// Set while the exchange is open: the cycle through it is broken when the exchange ends.
    var connection: ServerConnection?
    private var encoder = BodyEncoder()

    /// Status for the implicit head, and afterwards what was sent.
    public var statusCode = 200
    /// Reason for the implicit head; nil stands for the standard phrase, as does one with CR, LF or another control byte.
    public var statusMessage: String?
    /// Has the head been written?
    public private(set) var headersSent = false
    /// Has `end` been called, or the exchange been cut off?
    public private(set) var isFinished = false
    /// Add a Date field to heads written in Node's way?
    public var sendDate = true
    private var headers: [(name: String, value: String)] = []

    /// Called when a blocked response may be written to again, if there is no delegate.
    public var onDrain: (() -> Void)?
    /// Called when the client went before the response was complete, if there is no delegate.
    public var onClose: (() -> Void)?

    /// May the connection persist after this response? True unless the client, the server or a head said otherwise.
    public var mayPersist: Bool { connection?.mayPersist ?? false }
    /// The client's address.
    public var clientAddress: SocketAddress { connection?.peer ?? .unix(path: "") }
    /// Payload bytes written so far.
    public var payloadBytes: UInt64 { encoder.payloadBytes }
    /// Does the client take no more for now?
    public var isBlocked: Bool { connection?.socket?.isBlocked ?? false }

    // MARK: Raw

    /// Room for a head of up to `count` bytes, in the connection's output. Nil when the client is gone.
    public func headRoom(_ count: Int) -> UnsafeMutableRawBufferPointer? { connection?.socket?.reserve(count) }

    /// An interim response (1xx) of `count` bytes was written into `headRoom`.
    public func commitInformation(_ count: Int) { connection?.socket?.commit(count) }

    /// The final head of `count` bytes was written into `headRoom`. Its fields must agree with `framing` and `persist`.
    public func commitHead(_ count: Int, status: Int, framing: BodyFraming, persist: Bool) {
        guard let connection, !headersSent else { return }
        headersSent = true
        statusCode = status
        if !persist || framing == .untilClose { connection.closeAfterResponse() }
        encoder = BodyEncoder(framing)
        connection.socket?.commit(count)
    }

    /// Writes payload, borrowed for the call; false when the client takes no more for now. Without a head, the implicit one
    /// goes first.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let socket = connection?.socket, !isFinished else { return false }
        if !headersSent { writeHead(statusCode) }
        encoder.write(bytes, to: socket)
        return !socket.isBlocked
    }

    /// Ends the response, with the trailers of the message that it relays, if any. One whose announced length was not reached is broken: the connection is closed then.
    public func end(trailersOf message: IncomingMessage? = nil) {
        guard let connection, let socket = connection.socket, !isFinished else { return }
        if !headersSent {
            if getHeader("Content-Length") == nil, statusCode != 204, statusCode != 304, !connection.isHeadRequest {
                setHeader("Content-Length", "0")
            }
            writeHead(statusCode)
        }
        isFinished = true
        if encoder.end(trailersOf: message, to: socket) {
            connection.responseCompleted()
        } else {
            connection.abandon(untilClose: false)
        }
    }

    /// Cuts the response off and closes the connection in such a way that the client cannot take a part for the whole.
    public func destroy() {
        guard !isFinished else { return }
        isFinished = true
        connection?.abandon(untilClose: encoder.isUntilClose)
    }

    /// Gives the socket and the bytes that the client sent behind the request to the caller: CONNECT, or an upgrade.
    ///
    /// Everything written before is on its way. `body` gets the early bytes, borrowed for the call, and whether the client has
    /// ended its side. Nil when the client is gone.
    public func takeOver(_ body: (Socket, UnsafeRawBufferPointer, _ clientEnded: Bool) -> Void) {
        isFinished = true
        connection?.handOver(body)
    }

    // MARK: Node's way

    /// Sends `HTTP/1.1 100 Continue`.
    public func writeContinue() { connection?.socket?.write("HTTP/1.1 100 Continue\r\n\r\n") }

    /// Sets a field for the head, replacing those of the same name in any case. Illegal names or values are refused: false.
    @discardableResult
    public func setHeader(_ name: String, _ value: String) -> Bool {
        guard !headersSent, Self.isLegal(name, value) else { return false }
        removeHeader(name)
        headers.append((name, value))
        return true
    }

    /// The value set for a field, by name in any case.
    public func getHeader(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    public func removeHeader(_ name: String) { headers.removeAll { $0.name.lowercased() == name.lowercased() } }

    private static func isLegal(_ name: String, _ value: String) -> Bool {
        var name = name
        var value = value
        return name.withUTF8 { HeadWriter.isLegalFieldName(UnsafeRawBufferPointer($0)) }
            && value.withUTF8 { HeadWriter.isLegalFieldValue(UnsafeRawBufferPointer($0)) }
    }

    /// Writes status line and fields. Framing follows from Content-Length, else chunked for HTTP/1.1 and until close for 1.0.
    public func writeHead(_ status: Int, _ reason: String? = nil, headers more: [(String, String)] = []) {
        guard let connection, let socket = connection.socket, !headersSent else { return }
        statusCode = status
        if let reason { statusMessage = reason }
        for (name, value) in more { setHeader(name, value) }
        let isBodiless = status < 200 || status == 204 || status == 304
        let length = getHeader("Content-Length").flatMap { text in
            // Digits only: Int64 would take a sign.
            text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int64(text) : nil
        }
        if length == nil { removeHeader("Content-Length") }
        var framing: BodyFraming
        if isBodiless || connection.isHeadRequest {
            framing = .none
        } else if let length {
            framing = .length(length)
        } else {
            framing = connection.isHTTP10 ? .untilClose : .chunked
        }
        if framing == .chunked { setHeader("Transfer-Encoding", "chunked") }
        let persist = mayPersist && framing != .untilClose && getHeader("Connection")?.lowercased() != "close"
        if !persist {
            setHeader("Connection", "close")
        } else if connection.isHTTP10 {
            setHeader("Connection", "keep-alive")
        }
        if sendDate, getHeader("Date") == nil { headers.append(("Date", connection.server.date.text)) }
        var text = "HTTP/1.1 \(status) \(legalReason ?? StatusPhrase.of(status).description)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "\r\n"
        _ = text.withUTF8 { socket.write(UnsafeRawBufferPointer($0)) }
        headersSent = true
        if !persist { connection.closeAfterResponse() }
        encoder = BodyEncoder(framing)
    }

    /// The reason that was set, unless it would break out of its line.
    private var legalReason: String? {
        guard var reason = statusMessage else { return nil }
        return reason.withUTF8 { HeadWriter.isLegalReason(UnsafeRawBufferPointer($0)) } ? reason : nil
    }

    /// Writes UTF-8 text as payload.
    @discardableResult
    public func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes the text and ends. Without a head written or a length set, the length is that of the text.
    public func end(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            if !headersSent, getHeader("Content-Length") == nil { setHeader("Content-Length", String(bytes.count)) }
            write(UnsafeRawBufferPointer(bytes))
        }
        end()
    }

    // MARK: Splicing

    public var spliceSocket: Socket? { encoder.isSized && !isFinished ? connection?.socket : nil }
    public var spliceRemaining: Int64 { encoder.remaining }
    public func spliced(_ count: Int64) { encoder.skip(count) }

    // MARK: The connection's side

    func blocked() { delegate?.responseBlocked(self) }

    func drained() {
        if let delegate { delegate.responseDrained(self) } else { onDrain?() }
    }

    func abort(_ failure: ClientFailure) {
        guard !isFinished else { return }
        isFinished = true
        if let delegate { delegate.responseAborted(self, failure) } else { onClose?() }
    }

    /// The request is broken, but its client can still read: the delegate may answer, else this does.
    func requestFailed(_ failure: ClientFailure) {
        delegate?.responseAborted(self, failure)
        guard !headersSent, !isFinished else { return }
        writeHead(failure.status, headers: [("Content-Type", "text/plain; charset=utf-8")])
        end("\(failure.reason)\n")
    }

    func reset() {
        encoder = BodyEncoder()
        statusCode = 200
        statusMessage = nil
        headersSent = false
        isFinished = false
        sendDate = true
        if !headers.isEmpty { headers.removeAll(keepingCapacity: true) }
        onDrain = nil
        onClose = nil
    }
}
