import Engine
import HTTPWire

/// What is not a request, or no longer one, is answered and ends the connection.
extension ServerConnection {
    func reject(_ failure: MessageReader.Failure) {
        switch failure {
        case .head(let error):
            reject(ClientError(status: error.status, reason: error.reason))
        case .chunk, .trailer:
            if lifecycle.phase == .draining { return perform(lifecycle.drainGivenUp()) }
            fail(.badBody(failure.reason))
        }
    }

    func reject(_ error: ClientError) {
        guard let exchange else { return }
        deadline.clear()
        if tellsProgram(error) { return }
        let (message, response) = (exchange.message, exchange.response)
        bind(message, response)
        lifecycle.requestStarted(mayPersist: false)
        server.dispatch(error, message, response)
    }

    /// A client that is refused anyway has not asked for anything yet.
    func refuseSilent() {
        if exchange == nil { exchange = server.takeExchange() }
        reject(ClientError(status: 503, reason: "There is no place for this connection."))
    }

    /// The request at hand is one, but must not be served.
    func refuse(_ error: ClientError) {
        reject(error)
    }

    /// Gives the socket to the program's `onClientError`, if it has one, which has to destroy it or to answer. Node
    /// `'clientError'`.
    private func tellsProgram(_ error: ClientError) -> Bool {
        guard server.delegate == nil, let onClientError = server.onClientError else { return false }
        giveAway { socket, _ in try onClientError(error, socket) }
        return true
    }

    func tellsProgram(_ failure: ClientFailure) -> Bool {
        guard server.delegate == nil, server.onClientError != nil, let error = ClientError(failure) else {
            return false
        }
        if let exchange, lifecycle.phase == .exchange {
            if !lifecycle.requestEnded { exchange.message.abort(ExchangeFailure(.aborted)) }
            exchange.response.abort(failure)
        }
        return tellsProgram(error)
    }
}
