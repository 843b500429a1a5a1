/// The life of a tunnel as a pure machine: what happened goes in, what to do comes out. Time is an argument.
///
/// Each direction is open until its source's EOS has been delivered to its sink, which is then SHUT. The tunnel is over when
/// both directions are, when either side fails, or when a deadline passes without progress.
public struct TunnelMachine: Sendable {
    /// What the shell has to do.
    public enum Action: Sendable, Equatable {
        /// Nothing: the tunnel goes on.
        case none
        /// SHUT: send FIN to this side, behind what is queued for it.
        case shutWrite(TunnelSide)
        /// The tunnel is over; `reset` asks for RST to whoever is still there, so that nobody takes a part for the whole.
        case finish(TunnelEnd, reset: Bool)
    }

    private let options: TunnelOptions
    private var lastProgressMs: UInt64
    private var clientEnded = false
    private var originEnded = false
    private var isClientHeld = false
    private var isOriginHeld = false
    private var isOver = false

    /// A tunnel that is open both ways, and made progress just now.
    public init(options: TunnelOptions, nowMs: UInt64) {
        self.options = options
        lastProgressMs = nowMs
    }

    /// Has one side ended and the other not?
    public var isHalfClosed: Bool { clientEnded != originEnded }

    /// When the machine wants to hear of the time again: `deadlinePassed`. Nil when no time-out applies.
    public var dueMs: UInt64? {
        if isOver { return nil }
        if isHalfClosed { return lastProgressMs &+ options.halfClosedTimeoutMs }
        return options.idleTimeoutMs.map { lastProgressMs &+ $0 }
    }

    /// Bytes moved, in either direction.
    public mutating func progressed(nowMs: UInt64) { lastProgressMs = nowMs }

    /// Bytes of `side` wait until they may be moved, or do so no more. However long: it is not the side that is silent.
    public mutating func hold(_ side: TunnelSide, _ isHeld: Bool, nowMs: UInt64) {
        lastProgressMs = nowMs
        switch side {
        case .client: isClientHeld = isHeld
        case .origin: isOriginHeld = isHeld
        }
    }

    /// Everything that `side` will ever send is with the other side's kernel: EOS there, to become SHUT here.
    public mutating func delivered(endOf side: TunnelSide, nowMs: UInt64) -> Action {
        guard !isOver else { return .none }
        switch side {
        case .client:
            guard !clientEnded else { return .none }
            clientEnded = true
        case .origin:
            guard !originEnded else { return .none }
            originEnded = true
        }
        lastProgressMs = nowMs
        if clientEnded, originEnded {
            isOver = true
            return .finish(.closed, reset: false)
        }
        return .shutWrite(side.other)
    }

    /// ERR: reading from `side` or writing to it failed.
    public mutating func failed(_ side: TunnelSide) -> Action {
        finish(side == .client ? .clientReset : .originReset, reset: true)
    }

    /// The time of `dueMs` may have come. `.none` when it has moved on: look at `dueMs` again.
    public mutating func deadlinePassed(nowMs: UInt64) -> Action {
        guard let dueMs, dueMs <= nowMs else { return .none }
        if isClientHeld || isOriginHeld {
            lastProgressMs = nowMs
            return .none
        }
        return isHalfClosed ? finish(.halfClosed, reset: true) : finish(.idle, reset: false)
    }

    /// The process stops and waits no longer.
    public mutating func stopped() -> Action { finish(.shutdown, reset: false) }

    private mutating func finish(_ end: TunnelEnd, reset: Bool) -> Action {
        guard !isOver else { return .none }
        isOver = true
        return .finish(end, reset: reset)
    }
}
