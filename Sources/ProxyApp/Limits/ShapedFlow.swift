import Engine
import Policy

/// Who moves the bytes of a ``ShapedFlow``.
protocol ShapedFlowOwner: AnyObject {
    /// There is something to give again, after `allowance` had said 0.
    func flowMayMove(_ flow: ShapedFlow)
}

/// One way of a client's connection, held to what its address and its user may move in a second.
///
/// Lives as long as the connection: what is left of a piece serves the next exchange. Confined to its loop.
final class ShapedFlow: LoopObject, FlowMeter {
    private unowned let seat: ClientSeat
    private let limits: LoopLimits
    private let direction: ClientTable.Direction
    private let pieceBytes: UInt64
    private var meter = ByteMeter()
    private var timer = EngineTimerID.none
    /// Moves the bytes now. Not held: it lets go in `release`.
    private weak var owner: (any ShapedFlowOwner)?

    init(_ limits: LoopLimits, _ seat: ClientSeat, _ direction: ClientTable.Direction, pieceBytes: UInt64) {
        self.limits = limits
        self.seat = seat
        self.direction = direction
        self.pieceBytes = pieceBytes
    }

    /// Does somebody wait for more?
    var isHeld: Bool { !timer.isNone }

    /// Is nothing to be read now? The owner hears when there is.
    var isSpent: Bool { allowance() == 0 }

    /// So many bytes were moved: is nothing more to be read now? The owner hears when there is.
    func isSpent(by count: Int) -> Bool {
        moved(UInt64(count))
        return isSpent
    }

    /// From now on `owner` moves the bytes, and hears when it may go on.
    func serve(_ owner: any ShapedFlowOwner) { self.owner = owner }

    /// The owner moves none any more. Harmless when it is another's by now.
    func release(_ owner: any ShapedFlowOwner) {
        if self.owner === owner { stop() }
    }

    private func stop() {
        owner = nil
        limits.loop.cancel(&timer)
    }

    func allowance() -> UInt64 {
        let nowMs = limits.loop.nowMs
        if let owed = meter.owed(piece: pieceBytes) {
            meter.took(piece: pieceBytes, waitMs: seat.pay(owed, direction), nowMs: nowMs)
        }
        let allowed = meter.allowance(nowMs: nowMs)
        if allowed == 0 { wait(meter.waitMs(nowMs: nowMs)) }
        return allowed
    }

    func moved(_ count: UInt64) { meter.moved(count) }

    private func wait(_ waitMs: UInt64) {
        guard timer.isNone else { return }
        timer = limits.loop.schedule(self, afterMs: waitMs)
        if direction == .toOrigin { limits.heldToOriginMs &+= waitMs } else { limits.heldToClientMs &+= waitMs }
    }

    override func timerFired(_ tag: UInt8) {
        timer = .none
        owner?.flowMayMove(self)
    }

    /// The connection has ended: what was paid for and not moved is there for others.
    func end() {
        stop()
        let (unused, debt) = meter.settle()
        if unused > 0 { seat.giveBack(unused, direction) }
        if debt > 0 { _ = seat.pay(debt, direction) }
    }
}
