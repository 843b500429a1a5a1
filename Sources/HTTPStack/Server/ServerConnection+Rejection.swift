import Engine
import HTTPWire

/// What is not a request, or no longer one, is answered and ends the connection.
extension ServerConnection {
    func reject(_ failure: MessageReader.Failure, _ exchange: Exchange) {
        switch failure {
        case .head(let error):
            reject(ClientError(status: error.status, reason: error.reason), exchange)
        case .chunk, .trailer:
            if lifecycle.phase == .draining { return perform(lifecycle.drainGivenUp()) }
            fail(.badBody(failure.reason))
        }
    }

    func reject(_ error: ClientError, _ exchange: Exchange) {
        deadline.clear()
        exchange.begin(self)
        lifecycle.requestStarted(mayPersist: false)
        server.dispatch(error, exchange.message, exchange.response)
    }
}
