import HTTPStack

/// Both bodies on their way: each is held back by the other side that does not read, and by limits of bytes.
extension Relay {
    func requestBlocked(_ request: ClientRequest) { message?.pause() }

    func requestDrained(_ request: ClientRequest) {
        guard let message, !message.isComplete, !(session?.seat?.toOrigin?.isHeld ?? false) else { return }
        message.resume()
    }

    func flowMayMove(_ flow: ShapedFlow) {
        if flow === session?.seat?.toClient {
            if response?.isBlocked == false { originMessage?.resume() }
        } else if !request.isBlocked, request.isAssigned, let message, !message.isComplete {
            message.resume()
        }
    }

    var spliceFromBytes: Int64 { Int64(context.settings.tcp.spliceThresholdBytes) }

    func message(_ source: IncomingMessage, data: UnsafeRawBufferPointer) {
        if source === originMessage {
            if response?.write(data) == false { source.pause() }
            if let shaped = session?.seat?.toClient, shaped.isSpent(by: data.count) { source.pause() }
            return
        }
        bodyBytes &+= UInt64(data.count)
        guard bodyBytes <= bodyLimit else {
            request.abort()
            return refuse(.bodyTooLarge(context.settings.limits.requestBodyBytes))
        }
        if !request.write(data) { source.pause() }
        if let shaped = session?.seat?.toOrigin, shaped.isSpent(by: data.count) { source.pause() }
    }

    func messageEnded(_ source: IncomingMessage) {
        if source === originMessage {
            guard let response else { return }
            response.end(trailersOf: source)
            finish(response)
        } else {
            request.end(trailersOf: source)
        }
    }

    func messageAborted(_ source: IncomingMessage, _ failure: ExchangeFailure) {
        // A client's cut-off request comes as `responseAborted`.
        guard source === originMessage else { return }
        response?.destroy()
        finish(failure: FailureReport(failure))
    }

    func responseBlocked(_ response: ServerResponse) { originMessage?.pause() }
    func responseDrained(_ response: ServerResponse) {
        if !(session?.seat?.toClient?.isHeld ?? false) { originMessage?.resume() }
    }
}
