import Engine
import Pool

/// The agents of a process, one per loop, sharing their origins' limits and their free sockets.
///
/// SAFETY: `@unchecked Sendable` because `agents` is filled before the loops run and not changed after; each agent is only
/// touched on its own loop, which every method here reaches by `post`.
public final class AgentGroup: @unchecked Sendable {
    /// One per loop, in the loops' order.
    public private(set) var agents: [Agent] = []
    private let shared: SharedOrigins<OriginKey>
    let openSockets = OpenSocketCount()

    /// Sockets that the group's agents have open now, to all origins.
    public var socketCount: Int { openSockets.current }

    /// Makes an agent for each connector's loop. The loops' indices must be 0, 1, 2 … and they must not run yet.
    public init(connectors: [Connector], options: AgentOptions) {
        shared = SharedOrigins(loopCount: connectors.count)
        agents = connectors.enumerated().map { index, connector in
            Agent(
                loop: connector.loop, index: index, shared: shared, connector: connector, options: options, group: self)
        }
    }

    /// The group of one agent that holds it, and is alone: nothing is ever sent to another loop.
    init() { shared = SharedOrigins(loopCount: 1) }

    /// A free connection's descriptor on its way to another loop.
    struct Parcel: Sendable {
        /// -1 stands for a socket that died on the way: its slot still has to arrive.
        private let descriptor: CInt
        let served: Int
        let peer: SocketAddress?
        let idleSinceMs: Int64
        let idleLimitMs: Int64
        let answersQuestion: Bool

        /// Takes the connection off its loop.
        init(_ given: GivenSocket<ClientConnection>) {
            served = given.connection.served
            peer = given.connection.peer
            idleSinceMs = given.idleSinceMs
            idleLimitMs = given.idleLimitMs
            answersQuestion = given.answersQuestion
            descriptor = given.connection.detach()?.release() ?? -1
        }

        /// A socket on the loop it has come to; a closed one when it died or cannot be registered. Exactly once.
        func open(on loop: EventLoop) -> Socket {
            guard descriptor >= 0 else { return Socket(closedOn: loop) }
            return (try? Socket(loop: loop, descriptor: OwnedDescriptor(descriptor))) ?? Socket(closedOn: loop)
        }
    }

    func ask(_ target: Int, for key: OriginKey, from asker: Int) {
        agents[target].loop.post { self.agents[target].asked(key, by: asker) }
    }

    func answerNothing(_ key: OriginKey, to asker: Int) {
        agents[asker].loop.post { self.agents[asker].askFailed(key) }
    }

    func grant(_ key: OriginKey, to target: Int) {
        agents[target].loop.post { self.agents[target].granted(key) }
    }

    func give(_ given: GivenSocket<ClientConnection>, to target: Int) {
        let key = given.connection.key
        let parcel = Parcel(given)
        agents[target].loop.post { self.agents[target].received(key, parcel) }
    }
}
