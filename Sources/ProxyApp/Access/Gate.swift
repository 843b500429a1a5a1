import Engine
import HTTPStack
import HTTPWire
import Policy

/// The one place that decides whether a request may go on; one per loop, asked by every path: absolute-form, CONNECT, Upgrade.
///
/// The steps, in this order: client network (403), limits of the client's address (429), login (407), limits of the user (429),
/// rules by name (403). What follows, the rules by address, needs addresses: the pass brings along the ``Destination``, which
/// judges each address before it is dialled, and that of a pooled socket before it is used. Messages are checked before they
/// come here.
///
/// Confined to its loop. A step that is not configured costs a test of a stored value.
final class Gate {
    private let destinations: DestinationBook
    /// Nil without limits per client or user.
    private let limits: LoopLimits?
    /// Places of clients that are refused because they have too many connections.
    private let overflow: ConnectionBudget?
    /// Set where users have to log in.
    var login: LoginStep?

    init(_ destinations: DestinationBook, limits: LoopLimits? = nil, overflow: ConnectionBudget? = nil) {
        self.destinations = destinations
        self.limits = limits
        self.overflow = overflow
    }

    /// Takes other rules from now on. What was decided is forgotten, sockets in the pool are judged anew.
    func take(_ rules: RuleSet) {
        destinations.take(rules)
    }

    // MARK: Connections

    /// What becomes of a connection from `peer`. Nothing is kept for it unless something that is configured needs that.
    func accepted(_ peer: SocketAddress, _ admission: Listener.Admission) -> ClientWelcome {
        guard admission == .served else {
            return .refuse(ClientSession(address: IPAddress(peer), refusal: .connectionLimit))
        }
        guard limits != nil || login != nil || destinations.hasClientNetworks else { return .serve(nil) }
        let address = IPAddress(peer)
        let isServed = destinations.serves(address)
        guard let limits else { return .serve(ClientSession(address: address, isServed: isServed)) }
        let seat = limits.seat(for: address)
        guard let refusal = seat.refusal else {
            return .serve(ClientSession(address: address, isServed: isServed, seat: seat))
        }
        // One client's surplus must not take everybody's places: it is heard only while there are places for that.
        guard overflow?.take() ?? true else {
            return .turnAway(Farewell.bytes(of: refusal, name: limits.book.name))
        }
        return .refuse(ClientSession(address: address, isServed: isServed, seat: seat, refusal: refusal))
    }

    /// The client's connection has ended, or the tunnel that it had become. Once for each session.
    func ended(_ session: ClientSession) {
        guard let seat = session.seat else { return }
        if session.refusal != nil { overflow?.giveBack() }
        seat.end()
    }

    /// A tunnel is about to be asked for on behalf of a client: CONNECT, or an Upgrade that is passed on.
    func takeTunnel(_ session: ClientSession?) throws(ProxyError) { try session?.seat?.openTunnel() }

    // MARK: Requests

    /// May this request go on? After `.wait`, `waiter` hears from the gate when its login has been verified, unless it cancels.
    func admit(_ request: GateRequest, for waiter: any GateWaiter) -> GateOutcome {
        var user: ClientUser?
        do throws(ProxyError) {
            try judgeClient(request)
            try takeForAddress(request)
            switch try logIn(request, for: waiter) {
            case .known(let known):
                user = known
                return .pass(try admit(request, as: user))
            case .pending: return .wait
            }
        } catch { return .refuse(error, of: user) }
    }

    /// The steps behind the login, for a waiter whose user is known now.
    func admit(_ request: GateRequest, as user: ClientUser?) throws(ProxyError) -> GatePass {
        try takeForUser(user, request)
        guard request.target.form != .asterisk else { return GatePass(user: user, destination: nil) }
        return GatePass(user: user, destination: try destinations.find(request, user))
    }

    /// The waiter's client is gone: it hears nothing any more.
    func cancel(_ waiter: any GateWaiter) { login?.cancel(waiter) }

    // MARK: Steps

    /// Client networks: 403.
    private func judgeClient(_ request: GateRequest) throws(ProxyError) {
        if let session = request.session, !session.isServed {
            throw ProxyError(.clientNetwork, host: request.hostText, port: request.port)
        }
    }

    /// Limits of the client's address: 429; or of the proxy as a whole: 503.
    private func takeForAddress(_ request: GateRequest) throws(ProxyError) {
        guard let session = request.session else { return }
        if let refusal = session.refusal { throw refusal }
        try session.seat?.takeForAddress()
    }

    /// What the login step knows.
    private enum Login {
        /// Nobody, or the user whose credentials these are.
        case known(ClientUser?)
        /// A password is being verified off the loop.
        case pending
    }

    /// Credentials: 407.
    private func logIn(_ request: GateRequest, for waiter: any GateWaiter) throws(ProxyError) -> Login {
        guard let login else { return .known(nil) }
        return switch try login.check(request, for: waiter) {
        case .known(let user): .known(user)
        case .pending: .pending
        }
    }

    /// Limits of the user: 429. And tunnels, of both: what is to be counted for whom is known only now.
    private func takeForUser(_ user: ClientUser?, _ request: GateRequest) throws(ProxyError) {
        guard let seat = request.session?.seat else { return }
        if let user { try seat.takeForUser(user.name) }
        if request.head.method == .connect { try seat.openTunnel() }
    }
}
