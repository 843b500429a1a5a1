import Engine

/// What a client still sends of a request that is answered already: read and dropped, within bounds.
extension ServerConnection {
    func discardInput(_ socket: Socket) {
        if lifecycle.phase == .draining {
            switch reader.fill(socket) {
            case .bytes: process()
            case .wouldBlock: break
            case .ended, .failed: closeWhenFlushed()
            }
            return
        }
        // Not the server's: closing the last connection may be the end of it.
        let loop = socket.loop
        let block = loop.buffers.take()
        defer { loop.buffers.recycle(block) }
        switch socket.read(into: block.memory) {
        case .bytes(let count): countDrained(count)
        case .wouldBlock: break
        case .ended, .failed: closeWhenFlushed()
        }
    }

    func countDrained(_ count: Int) {
        drainedBytes += UInt64(count)
        guard drainedBytes > server.options.drainBytes else { return }
        if lifecycle.phase == .draining { return perform(lifecycle.drainGivenUp()) }
        closeWhenFlushed()
    }
}
