import CLinux
import Glibc

/// Accepts connections on one loop.
///
/// Level-triggered, at most `batch` connections a turn. When the budget is used up, connections are handed on as `.beyondLimit`,
/// and when that is used up too, they get the budget's farewell and are closed: nobody waits for an answer that does not come.
/// When the kernel has no descriptor or memory left, or the budget has no overflow, it stops waiting for connections (they stay
/// in the kernel's backlog) and tries again after a pause.
public final class Listener: EventHandler {
    /// What an accepted connection may expect.
    public enum Admission: Sendable {
        /// It has a place in the budget.
        case served
        /// There was none: it is to be refused, soon.
        case beyondLimit
    }

    /// Connections accepted per event, so that a flood of them does not starve those that are open.
    static let batch = 16
    /// Milliseconds until accepting is tried again after it had to stop.
    static let pauseMs: UInt64 = 50
    /// Connections taken from the backlog when closing: twice what the kernel holds by default, and an end to it.
    static let mostAcceptedAtClose = 8192
    /// Bytes read of a connection that gets the farewell.
    private static let readOfTurnedAway = 4096

    private let loop: EventLoop
    private var fd: CInt
    private let budget: ConnectionBudget?
    private let accepted: (Socket, SocketAddress, Admission) -> Void
    private var resumeTimer = EngineTimerID.none
    private var isPaused = false

    /// The address in force.
    public let address: SocketAddress
    /// How often accepting had to stop for want of descriptors or of a place in the budget.
    public private(set) var pauses = 0
    /// Connections that got nothing but the farewell.
    public private(set) var turnedAway: UInt64 = 0

    /// Starts to accept. `accepted` gets each connection's socket, which has no owner yet, and the peer's address.
    public init(
        loop: EventLoop, _ listening: consuming ListeningDescriptor, budget: ConnectionBudget? = nil,
        accepted: @escaping (Socket, SocketAddress, Admission) -> Void
    ) throws(Errno) {
        self.loop = loop
        address = listening.address
        self.budget = budget
        self.accepted = accepted
        fd = listening.release()
        super.init()
        do {
            try loop.register(self, fd: fd, for: .readable, exclusive: address.family == AF_UNIX)
        } catch {
            _ = Glibc.close(fd)
            fd = -1
            throw error
        }
    }

    /// Accepts what is in the backlog, so that no connection the kernel has established is reset, and closes the descriptor.
    /// What finds no place in the budget, or arrives in between, is refused by the kernel.
    public func close() {
        guard fd >= 0 else { return }
        var left = Self.mostAcceptedAtClose
        while left > 0, acceptOne() { left -= 1 }
        loop.cancel(&resumeTimer)
        loop.unregister(self, fd: fd, closing: false)
        _ = Glibc.close(fd)
        fd = -1
    }

    override public func ready(_ readiness: Readiness) {
        for _ in 0..<Self.batch where fd >= 0 {
            guard acceptOne() else { return }
        }
    }

    /// Accepts a connection, if there is one. False when there is none, or accepting had to stop for a while.
    private func acceptOne() -> Bool {
        guard let budget, !budget.take() else { return acceptOne(within: budget, .served) }
        guard let overflow = budget.overflow else { return pause() }
        guard overflow.places.take() else { return turnOneAway(overflow.farewell) }
        return acceptOne(within: overflow.places, .beyondLimit)
    }

    /// Accepts a connection that has a place in `budget` already.
    private func acceptOne(within budget: ConnectionBudget?, _ admission: Admission) -> Bool {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = clinux_accept(fd, &storage, &length)
        guard raw >= 0 else {
            let error = Errno.last
            budget?.giveBack()
            return goesOn(after: error)
        }
        let peer = withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress($0) }
        }
        // A refused registration closes the socket, which gives the place back.
        guard let socket = try? Socket(loop: loop, descriptor: OwnedDescriptor(raw), budget: budget) else {
            return pause()
        }
        accepted(socket, peer ?? .unix(path: ""), admission)
        return true
    }

    /// Accepts a connection to send the farewell and close. What has come of its request is read once, and as much as a small
    /// request has: unread bytes would turn the close into a reset, which can overtake the farewell.
    private func turnOneAway(_ farewell: [UInt8]) -> Bool {
        let raw = clinux_accept(fd, nil, nil)
        guard raw >= 0 else { return goesOn(after: Errno.last) }
        let descriptor = OwnedDescriptor(raw)
        turnedAway &+= 1
        _ = farewell.withUnsafeBytes { clinux_send(descriptor.raw, $0.baseAddress, $0.count) }
        _ = shutdown(descriptor.raw, CInt(SHUT_WR))
        withUnsafeTemporaryAllocation(byteCount: Self.readOfTurnedAway, alignment: 1) { room in
            _ = clinux_receive(descriptor.raw, room.baseAddress, room.count)
        }
        return true
    }

    /// After a failed accept: is it worth to try the next at once?
    private func goesOn(after error: Errno) -> Bool {
        switch error {
        case .connectionAborted, .interrupted: true
        case .again: false
        default: pause()
        }
    }

    /// Always false: nothing was accepted.
    private func pause() -> Bool {
        guard !isPaused else { return false }
        isPaused = true
        pauses += 1
        loop.unregister(self, fd: fd, closing: false)
        resumeTimer = loop.schedule(self, afterMs: Self.pauseMs)
        return false
    }

    override public func timerFired(_ tag: UInt8) {
        resumeTimer = .none
        guard fd >= 0, isPaused else { return }
        do {
            try loop.register(self, fd: fd, for: .readable, exclusive: address.family == AF_UNIX)
            isPaused = false
        } catch {
            resumeTimer = loop.schedule(self, afterMs: Self.pauseMs)
        }
    }
}
