import Engine

/// The rest of a sized request body on its way to the origin inside the kernel.
extension ServerConnection {
    /// The body goes nowhere any more. All of it may have left the connection, and its sink not have taken the last of it: then
    /// nothing is left to come.
    func endSplice() {
        splice?.release(loop)
        splice = nil
        pendingSink = nil
        if reader.isSized, reader.remaining == 0 { reader.skippedAll() }
    }

    func runSplice(_ socket: Socket) {
        guard var moving = splice, let exchange else { return }
        let (moved, outcome) = moving.run(from: socket, remaining: reader.remaining)
        splice = moving
        reader.skip(moved)
        if moved > 0 {
            exchange.message.payloadBytes &+= UInt64(moved)
            pace.received(UInt64(moved), nowMs: loop.nowMs)
        }
        switch outcome {
        case .complete:
            reader.skippedAll()
            splice = nil
            process()
        case .waiting: break
        case .blocked, .sinkFailed:
            // The sink's connection tells when it has drained, or that it is gone.
            socket.pauseReading()
            if deadline.kind == .body { deadline.clear() }
        case .ended: fail(.gone(nil))
        case .readFailed(let error): fail(.gone(error))
        }
    }
}
