import HTTPWire

/// One request and its response, reused from exchange to exchange.
final class Exchange {
    private(set) var message: IncomingMessage
    private(set) var response: ServerResponse
    let limits: HeadLimits

    init(limits: HeadLimits) {
        self.limits = limits
        message = IncomingMessage(limits: limits)
        response = ServerResponse()
    }

    /// The exchange is over: breaks its ties. Callers up the stack may still hold message and response.
    func detach() {
        IncomingMessage.detach(&message)
        ServerResponse.detach(&response)
    }

    /// Makes the exchange ready for another request. What a user still holds is left to the user, and replaced.
    func prepare() {
        IncomingMessage.renew(&message, limits: limits)
        ServerResponse.renew(&response)
    }

    /// The exchange is not used again.
    func forget() { response.forget() }
}
