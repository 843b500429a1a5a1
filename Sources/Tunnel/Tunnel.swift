import Engine

/// Who hears of a tunnel's end.
public protocol TunnelOwner: AnyObject {
    /// The tunnel is over and both sockets are closed. Called once, on the tunnel's loop.
    func tunnelEnded(_ tunnel: Tunnel, _ end: TunnelEnd)
}

/// Two connected sockets on one loop, joined: what one sends, the other gets, byte for byte, until both have ended.
///
/// Each direction ends on its own: EOS of one side becomes FIN to the other when everything before it is delivered. An idle
/// tunnel holds no buffer and no pipe. The tunnel takes over the sockets and keeps itself alive through them.
public final class Tunnel: LoopObject, SocketOwner {
    private let loop: EventLoop
    private let client: Socket
    private let origin: Socket
    private var fromClient = Flow()
    private var fromOrigin = Flow()
    private var clientEOS = false
    private var originEOS = false
    private var machine: TunnelMachine
    private var timer = LazyTimer()
    /// Nil unless a direction is shaped.
    private var meters: Meters?
    /// Held until the tunnel has ended.
    private var owner: (any TunnelOwner)?

    /// Bytes written ahead of the flows: early bytes that came behind a message head.
    private var earlyToOrigin: UInt64 = 0
    private var earlyToClient: UInt64 = 0

    /// Bytes taken from the client for the origin.
    public var bytesToOrigin: UInt64 { earlyToOrigin &+ fromClient.movedBytes }
    /// Bytes taken from the origin for the client.
    public var bytesToClient: UInt64 { earlyToClient &+ fromOrigin.movedBytes }
    /// Has one side ended and the other not?
    public var isHalfClosed: Bool { machine.isHalfClosed }

    private struct Meters {
        var fromClient: (any FlowMeter)?
        var fromOrigin: (any FlowMeter)?
    }

    /// Joins the sockets, which must belong to `loop`. Nothing moves before `start`.
    public init(loop: EventLoop, client: Socket, origin: Socket, options: TunnelOptions, owner: any TunnelOwner) {
        self.loop = loop
        self.client = client
        self.origin = origin
        self.owner = owner
        machine = TunnelMachine(options: options, nowMs: loop.nowMs)
    }

    /// Bounds what goes either way to what the meters allow; nil bounds nothing. Only before `start`.
    public func shape(fromClient: (any FlowMeter)?, fromOrigin: (any FlowMeter)?) {
        meters = Meters(fromClient: fromClient, fromOrigin: fromOrigin)
    }

    /// The meter of what comes from `side` has something to give again.
    public func resume(_ side: TunnelSide) {
        machine.hold(side, false, nowMs: loop.nowMs)
        // Otherwise it is the sink that the source waits for.
        guard owner != nil, !(side == .client ? clientEOS : originEOS), !(side == .client ? origin : client).isBlocked
        else { return }
        (side == .client ? client : origin).resumeReading()
    }

    /// Writes bytes that arrived behind a head before anything that the flows will move. Only before `start`.
    public func deliverEarly(_ bytes: UnsafeRawBufferPointer, to side: TunnelSide) {
        guard !bytes.isEmpty else { return }
        switch side {
        case .origin:
            earlyToOrigin &+= UInt64(bytes.count)
            origin.write(bytes)
        case .client:
            earlyToClient &+= UInt64(bytes.count)
            client.write(bytes)
        }
    }

    /// Takes the sockets over and begins to move bytes. `clientEnded`: the client's EOS was read already.
    public func start(clientEnded: Bool = false, originEnded: Bool = false) {
        client.owner = self
        origin.owner = self
        armTimer()
        clientEOS = clientEnded
        originEOS = originEnded
        if clientEnded { finishDirection(of: .client) } else { client.resumeReading() }
        guard !origin.isClosed else { return }
        if originEnded { finishDirection(of: .origin) } else { origin.resumeReading() }
    }

    /// Ends the tunnel because the process stops.
    public func stop() { perform(machine.stopped()) }

    // MARK: Moving

    private func pump(_ side: TunnelSide) {
        let outcome: Flow.Outcome
        let source = side == .client ? client : origin
        let meter = meters.flatMap { side == .client ? $0.fromClient : $0.fromOrigin }
        let limit = meter?.allowance()
        let before: UInt64
        let after: UInt64
        switch side {
        case .client:
            before = fromClient.movedBytes
            outcome = fromClient.run(from: client, to: origin, limit: limit)
            after = fromClient.movedBytes
        case .origin:
            before = fromOrigin.movedBytes
            outcome = fromOrigin.run(from: origin, to: client, limit: limit)
            after = fromOrigin.movedBytes
        }
        if after != before {
            machine.progressed(nowMs: loop.nowMs)
            meter?.moved(after &- before)
        }
        switch outcome {
        case .idle, .yielded: break
        // With something left to give the source is asked again at once; else the meter has it resumed.
        case .complete:
            guard limit == 0 else { return }
            source.pauseReading()
            machine.hold(side, true, nowMs: loop.nowMs)
        case .blocked: source.pauseReading()
        case .ended:
            if side == .client { clientEOS = true } else { originEOS = true }
            source.pauseReading()
            finishDirection(of: side)
        case .readFailed: perform(machine.failed(side))
        case .writeFailed: perform(machine.failed(side.other))
        }
    }

    /// EOS of `side` was read: it becomes SHUT of the other side once that side's queue is with the kernel.
    private func finishDirection(of side: TunnelSide) {
        let sink = side == .client ? origin : client
        if sink.queuedBytes > 0 {
            sink.flush()
            guard sink.queuedBytes == 0 else { return }
        }
        perform(machine.delivered(endOf: side, nowMs: loop.nowMs))
    }

    private func perform(_ action: TunnelMachine.Action) {
        switch action {
        case .none: break
        case .shutWrite(let side):
            (side == .client ? client : origin).endWriting()
            armTimer()
        case .finish(let end, let reset): finish(end, reset: reset)
        }
    }

    private func finish(_ end: TunnelEnd, reset: Bool) {
        timer.cancel(loop)
        fromClient.release(loop)
        fromOrigin.release(loop)
        // A side that has failed is gone: a reset would say nothing to it.
        if reset, end != .clientReset { client.reset() } else { client.close() }
        if reset, end != .originReset { origin.reset() } else { origin.close() }
        let owner = self.owner
        self.owner = nil
        owner?.tunnelEnded(self, end)
    }

    private func armTimer() {
        guard let dueMs = machine.dueMs else { return timer.clear() }
        timer.set(loop, owner: self, afterMs: dueMs > loop.nowMs ? dueMs - loop.nowMs : 0)
    }

    override public func timerFired(_ tag: UInt8) {
        guard timer.fired(loop, owner: self) else { return }
        let action = machine.deadlinePassed(nowMs: loop.nowMs)
        if action == .none { armTimer() } else { perform(action) }
    }

    // MARK: Socket events

    public func socketReadable(_ socket: Socket) { pump(socket === client ? .client : .origin) }

    public func socketBlocked(_ socket: Socket) {
        // A copied piece that did not go out whole: its source waits until `socketDrained`.
        (socket === client ? origin : client).pauseReading()
    }

    public func socketDrained(_ socket: Socket) {
        machine.progressed(nowMs: loop.nowMs)
        let side: TunnelSide = socket === client ? .origin : .client
        if side == .client ? clientEOS : originEOS {
            finishDirection(of: side)
        } else {
            (side == .client ? client : origin).resumeReading()
            pump(side)
        }
    }

    public func socketFailed(_ socket: Socket, _ error: Errno) {
        perform(machine.failed(socket === client ? .client : .origin))
    }
}
