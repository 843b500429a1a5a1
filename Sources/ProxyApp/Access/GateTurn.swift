import HTTPWire

/// One request's turn at the gate: whether its login is being verified, and whose it was found to be.
struct GateTurn {
    /// Whose request it is, once the login was right. Not the connection's login: its next request may begin before this one is
    /// logged.
    private(set) var user: ClientUser?
    /// Will the waiter hear from the gate?
    private(set) var isWaiting = false

    /// Asks whether `request` may go on. Nil where its login is verified first: its head is kept, and the waiter hears.
    mutating func ask(
        _ gate: Gate, _ request: GateRequest, for waiter: any GateWaiter
    ) throws(ProxyError) -> GatePass? {
        switch gate.admit(request, for: waiter) {
        case .pass(let pass):
            user = pass.user
            return pass
        case .refuse(let error, let known):
            user = known
            throw error
        case .wait:
            request.head.adopt()
            isWaiting = true
            return nil
        }
    }

    /// Goes on with the request that waited, whose login came to `outcome`.
    mutating func resume(
        _ gate: Gate, _ request: GateRequest, _ outcome: Result<ClientUser, ProxyError>
    ) throws(ProxyError) -> GatePass {
        isWaiting = false
        let known = try outcome.get()
        user = known
        return try gate.admit(request, as: known)
    }
}
