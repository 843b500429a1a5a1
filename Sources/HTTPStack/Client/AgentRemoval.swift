import Engine

extension Socket {
    /// Takes the socket out of its agent's pool, which may open another in its place. A request that it carries goes on; then
    /// it is closed. Nothing happens to a socket of no agent. Node `socket.emit('agentRemove')`.
    public func agentRemove() { (owner as? ClientConnection)?.leavePool() }
}
