/// What becomes of a request at the gate.
enum GateOutcome {
    /// It goes on.
    case pass(GatePass)
    /// It is answered with this. The user is there where the login was right, and something behind it refuses.
    case refuse(ProxyError, of: ClientUser?)
    /// A login is being verified off the loop; the waiter hears when that is done.
    case wait
}

/// What a request that goes on takes along.
struct GatePass {
    /// Who is logged in.
    let user: ClientUser?
    /// Where it goes; nil for a request about the proxy itself.
    let destination: Destination?
}

/// A request that waits for its login.
protocol GateWaiter: AnyObject {
    /// The login was verified: ask the gate for the steps behind it, or answer with the error. Called on the loop, and never
    /// inside `Gate.admit`.
    func gate(_ gate: Gate, loggedIn outcome: Result<ClientUser, ProxyError>)
}
