import Engine
import Pool

/// What concerns all of an agent's sockets and dials at once.
extension Agent {
    /// Closes the free sockets and keeps none from now on. Requests are still served.
    public func drain() {
        pool.drain(&actions)
        perform()
    }

    /// Closes the pool's sockets, in use or free, and gives its dials up: requests that they carry or are for fail with
    /// `.aborted`. Those that wait get new sockets, and so do later ones. Node `agent.destroy`.
    public func destroy() {
        var connections: [ClientConnection] = []
        pool.eachConnection { _, connection, _ in connections.append(connection) }
        let dials = self.dials.values.filter { if case .pool = $0.purpose { true } else { false } }
        for connection in connections {
            if connection.request == nil { connection.close() } else { connection.abort(ExchangeFailure(.aborted)) }
        }
        for pending in dials where self.dials.removeValue(forKey: pending.dial.token) != nil {
            pending.dial.cancel()
            dialEnded(pending.purpose, ExchangeFailure(.aborted))
        }
    }

    /// Changes limits of an agent that shares them with no other loop: what more sockets allow is done at once.
    func change(_ limits: PoolLimits) {
        options.pool = limits
        pool.change(limits, &actions)
        perform()
    }

    /// Figures of this loop's share of the pool.
    public func snapshot() -> PoolSnapshot<OriginKey> { pool.snapshot() }
}
