import Engine
import HTTPWire

extension ClientConnection: SocketCarrier {
    /// The request that the socket carries, if any, is cut off as `abort` would.
    func destroySocket() { if request == nil { close() } else { abort(ExchangeFailure(.aborted)) } }
}

/// What holds a client's connection up, and for how long: paused messages, splicing, blocked output, deadlines.
extension ClientConnection {
    // MARK: The message's side

    var messageLoop: EventLoop { loop }
    var messageSocket: Socket? { isClosed ? nil : socket }
    func messageSetTimeout(_ message: IncomingMessage, _ msecs: Int) { request?.draft?.setTimeout(msecs) }

    func messageDestroyed(_ message: IncomingMessage) {
        if message === self.message { request?.abort() }
    }

    func messageResumed(_ message: IncomingMessage) {
        guard message === self.message, request != nil else { return }
        socket.resumeReading()
        if splice != nil { return runSplice() }
        process()
    }

    func messageSpliceTarget(_ message: IncomingMessage, _ sink: any SpliceSink, fromBytes: Int64) {
        pendingSink = sink
        spliceFromBytes = fromBytes
    }

    func runSplice() {
        guard var moving = splice else { return }
        let (moved, outcome) = moving.run(from: socket, remaining: reader.remaining)
        splice = moving
        reader.skip(moved)
        receivedBytes &+= UInt64(moved)
        if moved > 0 {
            message.payloadBytes &+= UInt64(moved)
            arm(.body, afterMs: agent.options.bodyTimeoutMs)
        }
        switch outcome {
        case .complete:
            reader.skippedAll()
            splice = nil
            process()
        case .waiting:
            // What it was paused for is over: the origin is waited for again.
            if deadline.kind == .none { arm(.body, afterMs: agent.options.bodyTimeoutMs) }
        case .blocked, .sinkFailed:
            // The sink's connection tells when it has drained, or that it is gone.
            socket.pauseReading()
            deadline.clear()
        case .ended: fail(ExchangeFailure(.truncated))
        case .readFailed(let error): fail(ExchangeFailure(.reset, errno: error))
        }
    }

    func socketBlocked(_ socket: Socket) {
        guard let request else { return }
        if !responseBegun { armWriteStall() }
        request.delegate?.requestBlocked(request)
    }

    func socketDrained(_ socket: Socket) {
        guard let request else { return }
        if deadline.kind == .writeStall { arm(.head, afterMs: agent.options.responseHeadTimeoutMs) }
        request.delegate?.requestDrained(request)
    }

    // MARK: Deadlines

    func arm(_ kind: ConnectionDeadline.Kind, afterMs: UInt64) {
        deadline.set(kind, loop, owner: self, afterMs: afterMs)
    }

    private func armWriteStall() {
        deadline.setWriteStall(socket, owner: self, afterMs: agent.options.writeStallMs)
    }

    /// The wheel's timer fired.
    func deadlineReached() {
        guard let reached = deadline.reached(loop, owner: self), !isClosed else { return }
        switch reached {
        case .none, .keepAlive, .drain: break
        case .head:
            // While the request is still being sent, it is the sender who is slow.
            guard request?.isEnded ?? true else { return arm(.head, afterMs: agent.options.responseHeadTimeoutMs) }
            fail(ExchangeFailure(.responseTimedOut))
        case .body:
            // A reader that has paused is not the origin's fault.
            guard message.isFlowing else { return }
            fail(ExchangeFailure(.bodyTimedOut))
        case .writeStall:
            guard deadline.hasStalled(socket) else { return armWriteStall() }
            fail(ExchangeFailure(.writeTimedOut))
        }
    }
}
