import Engine

/// What the connection waits for at most so long, and what follows when it did in vain.
extension ServerConnection {
    func arm(_ kind: ConnectionDeadline.Kind, afterMs: UInt64) {
        deadline.set(kind, loop, owner: self, afterMs: afterMs)
    }

    /// A head has begun to come, and has to be complete in time; an empty line between requests begins none.
    func awaitHead() {
        if deadline.kind == .head || (deadline.kind == .keepAlive && reader.isBlank) { return }
        arm(.head, afterMs: server.options.headTimeoutMs)
    }

    func startPace() { arm(.body, afterMs: pace.start(nowMs: loop.nowMs)) }

    func armWriteStall(_ socket: Socket) {
        deadline.setWriteStall(socket, owner: self, afterMs: server.options.writeStallMs)
    }

    func deadlineReached(_ reached: ConnectionDeadline.Kind, _ socket: Socket) {
        switch reached {
        case .none: break
        case .keepAlive: closeWhenFlushed()
        case .head:
            if isRefused { return refuseSilent() }
            guard reader.hasBytes, exchange != nil else {
                server.countSilent()
                return closeWhenFlushed()
            }
            reject(ClientError(status: 408, reason: "The request's head did not arrive in time."))
        case .body:
            // A reader that has paused is not the client's fault: its resuming starts the pace anew.
            guard exchange?.message.isFlowing ?? false else { return }
            switch pace.verdict(nowMs: loop.nowMs) {
            case .again(let afterMs): arm(.body, afterMs: afterMs)
            case .tooSlow: fail(.bodyTimedOut)
            }
        case .drain:
            if lifecycle.phase == .draining { return perform(lifecycle.drainGivenUp()) }
            closeWhenFlushed()
        case .writeStall:
            guard deadline.hasStalled(socket) else { return armWriteStall(socket) }
            fail(.writeTimedOut)
        }
    }
}
