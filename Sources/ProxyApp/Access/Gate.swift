import Engine
import HTTPWire
import Policy

/// The one place that decides whether a request may go on; one per loop, asked by every path: absolute-form, CONNECT, Upgrade.
///
/// The steps, in this order: client network (403), limits of the client's address (429), login (407), limits of the user (429),
/// rules by name (403). What follows, the rules by address, needs addresses: it is asked when the destination is resolved, and
/// when a pooled socket is about to be used. Messages are checked before they come here.
///
/// Confined to its loop. A step that is not configured costs a test of a stored value.
final class Gate {
    private let policy: DestinationPolicy

    init(policy: DestinationPolicy) {
        self.policy = policy
    }

    // MARK: Connections

    /// What is to be kept for a connection from `peer`, as long as it lives; nil while nothing that is configured needs it.
    func accepted(_ peer: SocketAddress) -> ClientSession? { nil }

    /// The client's connection has ended, or the tunnel that it had become. Once for each session.
    func ended(_ session: ClientSession) {}

    // MARK: Requests

    /// May this request go on? After `.wait`, `waiter` hears from the gate when its login has been verified, unless it cancels.
    func admit(_ request: GateRequest, for waiter: any GateWaiter) -> GateOutcome {
        do throws(ProxyError) {
            try judgeClient(request)
            try takeForAddress(request)
            switch try logIn(request, for: waiter) {
            case .known(let user): return .pass(try admit(request, as: user))
            case .pending: return .wait
            }
        } catch { return .refuse(error) }
    }

    /// The steps behind the login, for a waiter whose user is known now.
    func admit(_ request: GateRequest, as user: ClientUser?) throws(ProxyError) -> GatePass {
        try takeForUser(user, request)
        return try judgeDestination(request, user)
    }

    /// The waiter's client is gone: it hears nothing any more.
    func cancel(_ waiter: any GateWaiter) {}

    // MARK: Steps

    /// Client networks: 403.
    private func judgeClient(_ request: GateRequest) throws(ProxyError) {}

    /// Limits of the client's address: 429.
    private func takeForAddress(_ request: GateRequest) throws(ProxyError) {}

    /// What the login step knows.
    private enum Login {
        /// Nobody, or the user whose credentials these are.
        case known(ClientUser?)
        /// A password is being verified off the loop.
        case pending
    }

    /// Credentials: 407.
    private func logIn(_ request: GateRequest, for waiter: any GateWaiter) throws(ProxyError) -> Login { .known(nil) }

    /// Limits of the user: 429.
    private func takeForUser(_ user: ClientUser?, _ request: GateRequest) throws(ProxyError) {}

    /// Rules by name: 403.
    private func judgeDestination(_ request: GateRequest, _ user: ClientUser?) throws(ProxyError) -> GatePass {
        if request.head.method == .connect, let port = request.target.port {
            let decision = policy.decide(connectPort: port)
            guard decision.isAllowed else { throw ProxyError(decision, host: request.hostText, port: port) }
        }
        return GatePass(user: user)
    }
}
