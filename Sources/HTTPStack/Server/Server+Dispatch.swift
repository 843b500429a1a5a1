import Engine
import HTTPWire

/// Which handler gets a request.
extension Server {
    func dispatch(_ message: IncomingMessage, _ response: ServerResponse) {
        guard let delegate else { return handle(message, response) }
        if message.head.method == .connect {
            delegate.server(self, connect: message, response: response)
        } else {
            delegate.server(self, request: message, response: response)
        }
    }

    func dispatch(_ error: ClientError, _ message: IncomingMessage, _ response: ServerResponse) {
        if let delegate {
            return delegate.server(self, clientError: error, message: message, response: response)
        }
        response.answer(error.status, error.reason)
    }

    // MARK: Closures

    private func handle(_ message: IncomingMessage, _ response: ServerResponse) {
        let head = message.head
        // Closures may keep the message: its bytes must outlive the read block.
        head.adopt()
        if head.versionMinor >= 1 {
            if requiresHost, head.hostCount != 1 {
                return refuse(response, 400, "An HTTP/1.1 request has exactly one Host field.")
            }
            if head.hasUnknownExpectation { return refuse(response, 417, "Only 100-continue can be expected.") }
        }
        if head.method == .connect { return hand(message, response, to: onConnect) }
        if wantsUpgrade(message), let onUpgrade { return hand(message, response, to: onUpgrade) }
        do {
            if head.expectsContinue, head.versionMinor >= 1 {
                if let onCheckContinue { return try onCheckContinue(message, response) }
                response.writeContinue()
            }
            if let onRequest { return try onRequest(message, response) }
            response.answer(404, "Nothing is served here.")
        } catch {
            handlerFailed(error, response)
        }
    }

    /// An upgrade that can be handed over: without a body, whose end would have to be known first. RFC 9110 7.8.
    private func wantsUpgrade(_ message: IncomingMessage) -> Bool {
        let head = message.head
        return head.hasUpgrade && head.connection.contains(.upgrade) && head.versionMinor >= 1 && message.isComplete
    }

    private func hand(
        _ message: IncomingMessage, _ response: ServerResponse,
        to handler: ((IncomingMessage, Socket, [UInt8]) throws -> Void)?
    ) {
        guard let handler else { return response.destroy() }
        response.giveAway { socket, early in try handler(message, socket, Array(early)) }
    }

    private func refuse(_ response: ServerResponse, _ status: Int, _ reason: StaticString) {
        response.refuse(ClientError(status: status, reason: reason))
    }

    /// Answers in place of a handler that has thrown.
    func handlerFailed(_ error: any Error, _ response: ServerResponse) {
        if response.headersSent {
            response.destroy()
        } else {
            response.answer(500, "The server failed to answer this request.")
        }
        onHandlerError?(error)
    }
}
