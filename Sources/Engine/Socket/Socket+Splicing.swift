import CLinux

/// Bytes that go from socket to pipe and from pipe to socket inside the kernel.
extension Socket {
    /// Moves up to `count` bytes from the socket into the pipe.
    func splice(into pipe: inout SplicePipe, count: Int) -> ReadResult {
        while true {
            let moved = clinux_splice(fd, pipe.writeEnd, count)
            if moved > 0 {
                pipe.held += moved
                return .bytes(moved)
            }
            if moved == 0 {
                flags.remove(.readReady)
                return .ended
            }
            switch Errno.last {
            case .again:
                flags.remove(.readReady)
                return .wouldBlock
            case .interrupted: continue
            case let error: return .failed(error)
            }
        }
    }

    /// Moves the pipe's bytes to the socket; false when the socket would not take them all (it is blocked, or has failed).
    func splice(from pipe: inout SplicePipe) -> Bool {
        // What was gathered was written before.
        flush()
        guard queuedBytes == 0, !flags.contains(.blocked), !isDead else { return false }
        if flags.contains(.isDelayed) { sendAtOnce() }
        while pipe.held > 0 {
            let moved = clinux_splice(pipe.readEnd, fd, pipe.held)
            if moved > 0 {
                pipe.held -= moved
                sentBytes &+= UInt64(moved)
                continue
            }
            let error = moved == 0 ? Errno.again : Errno.last
            switch error {
            case .interrupted: continue
            case .again, .noBuffers, .noMemory:
                waitForRoom(after: error)
                return false
            default:
                fail(error)
                return false
            }
        }
        return true
    }

    // MARK: Waiting for bulk

    /// A fast transfer has emptied the socket: its owner hears when `count` bytes are there, or the peer's end, and after a moment
    /// in any case, for what there is by then. So there are fewer wake-ups, and each of them moves more.
    func awaitBulk(_ count: Int) {
        let isAwaiting = flags.contains(.awaitsBulk)
        // What is asked for changes only in front of the last bytes.
        if isAwaiting, count == Int(Flow.wakeBytes) { return }
        _ = clinux_wake_at(fd, CInt(count))
        if isAwaiting { return }
        flags.insert(.awaitsBulk)
        loop.bulkSweep.add(self)
    }

    /// Whatever comes is worth a wake-up again.
    func awaitAny() {
        guard flags.contains(.awaitsBulk) else { return }
        flags.remove(.awaitsBulk)
        if fd >= 0 { _ = clinux_wake_at(fd, 1) }
    }

    /// The moment has passed: what is there may be less than what was awaited, and nothing would say so.
    func lookForBulk() {
        guard flags.contains(.awaitsBulk) else { return }
        awaitAny()
        flags.insert(.readReady)
        if !flags.contains(.paused), !flags.contains(.closed) { loop.again(self) }
    }
}
