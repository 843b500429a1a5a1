import Engine

/// What a request asks of the connection that it arrives on, beside its bytes.
extension ServerConnection {
    var messageLoop: EventLoop { loop }
    var messageSocket: Socket? { socket }
    func messageSetTimeout(_ message: IncomingMessage, _ msecs: Int) { setTimeout(msecs) }

    func messageDestroyed(_ message: IncomingMessage) {
        if message === exchange?.message { exchange?.response.destroy() }
    }
}
