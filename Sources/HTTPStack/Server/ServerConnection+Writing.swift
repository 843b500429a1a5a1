import Engine

/// The client takes the output, or does not.
extension ServerConnection {
    func socketBlocked(_ socket: Socket) {
        armWriteStall(socket)
        exchange?.response.blocked()
    }

    func socketDrained(_ socket: Socket) {
        watch?.drained(socket)
        if lifecycle.phase == .closed || lifecycle.phase == .closing { return closeWhenFlushed() }
        if deadline.kind == .writeStall {
            deadline.clear()
            rearmAfterStall()
        }
        if let exchange, lifecycle.phase == .exchange { return exchange.response.drained() }
        serveBuffered()
    }

    private func rearmAfterStall() {
        switch lifecycle.phase {
        case .head: arm(.keepAlive, afterMs: server.options.keepAliveTimeoutMs)
        case .exchange where !lifecycle.requestEnded && exchange?.message.isFlowing == true:
            startPace()
        case .draining, .lingering: arm(.drain, afterMs: server.options.drainMs)
        default: break
        }
    }

    func socketFailed(_ socket: Socket, _ error: Errno) { fail(.gone(error)) }
}
