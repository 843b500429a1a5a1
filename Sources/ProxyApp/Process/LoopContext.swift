import Engine
import HTTPStack
import HTTPWire
import Logging
import Policy
import Tunnel

/// Everything of the appliance that lives on one loop: its server, its agent, its log, its figures and its open work.
final class LoopContext: ServerDelegate {
    let loop: EventLoop
    let settings: Settings
    let server: Server
    let connector: Connector
    let agent: Agent
    let gate: Gate
    let limits: LoopLimits?
    let forwarded: ForwardedHead
    let tunnelOptions: TunnelOptions
    let accessLog: AccessLog?
    let errors: ErrorResponder
    var counters = LoopCounters()
    private var recentFailures = RecentFailures()

    private var tunnels: ContiguousArray<TunnelSession> = []
    private var freeRelays: ContiguousArray<Relay> = []
    private var freeConnects: ContiguousArray<ConnectSession> = []
    private var freeTunnels: ContiguousArray<TunnelSession> = []
    private(set) var activeRequests = 0

    /// Idle objects of a kind kept for reuse.
    private static let kept = 128

    init(
        connector: Connector, agent: Agent, rules: RuleSet, settings: Settings, sink: LogSink?,
        limits: LimitBook? = nil, overflow: ConnectionBudget? = nil, log: Logger = Logger(label: "proxyd"),
        logins: Logins? = nil
    ) {
        loop = connector.loop
        self.connector = connector
        self.agent = agent
        self.limits = limits.map { LoopLimits($0, loop: connector.loop) }
        let destinations = DestinationBook(
            loop: connector.loop, rules: rules, utcOffsetMinutes: settings.access.utcOffsetMinutes,
            keepsRootDot: connector.resolver.mayAppendDomains, log: log)
        gate = Gate(destinations, limits: self.limits, overflow: overflow)
        self.settings = settings
        let date = HTTPDate()
        server = Server(loop: connector.loop, options: ServerOptions(settings), date: date)
        forwarded = ForwardedHead(via: settings.via.map { Array($0.utf8) }, forwarded: settings.forwarded, date: date)
        tunnelOptions = TunnelOptions(settings.timeouts)
        errors = ErrorResponder(name: settings.via, date: date)
        let isJSON = settings.accessLog.format == .json
        accessLog = sink.map { AccessLog(loop: connector.loop, sink: $0, isJSON: isJSON) }
        server.delegate = self
        gate.login = logins.map {
            LoginStep(loop: connector.loop, logins: $0, realm: settings.authentication.realm, gate: gate)
        }
    }

    // MARK: Connections

    func server(
        _ server: Server, accepted peer: SocketAddress, _ admission: Listener.Admission
    ) -> ClientWelcome { gate.accepted(peer, admission) }

    func server(_ server: Server, ended companion: AnyObject) { gate.ended(Self.session(companion)) }

    /// The session of the client that a response is for.
    func session(of response: ServerResponse) -> ClientSession? { response.companion.map { Self.session($0) } }

    // SAFETY: `accepted` is what makes companions, and it makes nothing but sessions. Debug builds check.
    private static func session(_ companion: AnyObject) -> ClientSession {
        unsafeDowncast(companion, to: ClientSession.self)
    }

    // MARK: Requests

    func server(_ server: Server, request message: IncomingMessage, response: ServerResponse) {
        activeRequests += 1
        (freeRelays.popLast() ?? Relay(self, agent: agent)).begin(message, response)
    }

    func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse) {
        (freeConnects.popLast() ?? ConnectSession(self)).begin(message, response)
    }

    func server(_ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse) {
        let answer = session(of: response)?.refusal ?? ProxyError(error)
        var record = AccessRecord(client: response.clientAddress)
        record.method = message.head.bytes(message.head.methodRange)
        record.target = message.head.bytes(message.head.targetRange)
        record.status = answer.status
        let report = FailureReport(answer)
        finished(record, failure: report)
        errors.send(
            answer, report, to: response, asHTML: AcceptField(message.head).prefersHTML, closing: true)
    }

    func recycle(_ relay: Relay) {
        activeRequests -= 1
        if freeRelays.count < Self.kept { freeRelays.append(relay) }
    }

    func recycle(_ session: ConnectSession) {
        if freeConnects.count < Self.kept { freeConnects.append(session) }
    }

    /// A request is over: one line, and the figures.
    func finished(_ record: AccessRecord, failure: FailureReport?) {
        counters.countRequest(
            status: record.status, failure: failure?.kind, reused: record.isReused, toOrigin: record.toOriginBytes,
            toClient: record.toClientBytes, durationNs: record.totalNs)
        accessLog?.write(record, failure)
        if let failure { recentFailures.note(record, failure, nowMs: loop.nowMs) }
    }

    // MARK: Tunnels

    /// What becomes of a tunnel that is about to be opened; `recycle` it if none is.
    func takeTunnel() -> TunnelSession { freeTunnels.popLast() ?? TunnelSession(self) }

    func recycle(_ session: TunnelSession) {
        if freeTunnels.count < Self.kept { freeTunnels.append(session) }
    }

    func opened(_ session: TunnelSession) {
        counters.tunnels &+= 1
        session.index = tunnels.count
        tunnels.append(session)
    }

    func ended(_ session: TunnelSession, _ record: AccessRecord, _ end: TunnelEnd) {
        let last = tunnels.removeLast()
        if last !== session {
            tunnels[session.index] = last
            last.index = session.index
        }
        counters.countRequest(
            status: record.status, failure: nil, reused: record.isReused, toOrigin: 0, toClient: 0,
            durationNs: record.firstByteNs)
        counters.countTunnelEnd(end, toOrigin: record.toOriginBytes, toClient: record.toClientBytes)
        accessLog?.write(record)
    }

    var openTunnels: Int { tunnels.count }

    // MARK: Stopping

    /// Stops accepting, closes what is idle, lets the rest finish.
    func drain() {
        server.drain()
        agent.drain()
    }

    /// Is nothing left to finish?
    var isQuiet: Bool { tunnels.isEmpty && activeRequests == 0 && server.connectionCount == 0 }

    /// Ends what is left.
    func stop() {
        server.destroy()
        for session in tunnels.reversed() { session.tunnel?.stop() }
        accessLog?.flush()
    }

    // MARK: Figures

    func snapshot() -> LoopSnapshot {
        var toOrigin: UInt64 = 0
        var toClient: UInt64 = 0
        var halfClosed = 0
        for session in tunnels {
            guard let tunnel = session.tunnel else { continue }
            toOrigin &+= tunnel.bytesToOrigin
            toClient &+= tunnel.bytesToClient
            if tunnel.isHalfClosed { halfClosed += 1 }
        }
        return LoopSnapshot(
            index: loop.index, clientConnections: server.connectionCount, idleClientConnections: server.idleCount,
            acceptedConnections: server.acceptedCount, acceptPauses: server.acceptPauses,
            silentConnections: server.silentCount, turnedAwayConnections: server.turnedAway, openTunnels: tunnels.count,
            halfClosedTunnels: halfClosed, openTunnelBytesToOrigin: toOrigin, openTunnelBytesToClient: toClient,
            activeRequests: activeRequests, blocksInUse: loop.buffers.inUse, pipesInUse: loop.pipes.inUse,
            heldToOriginMs: limits?.heldToOriginMs ?? 0, heldToClientMs: limits?.heldToClientMs ?? 0,
            counters: counters, recentFailures: recentFailures.rows, recentFailuresOmitted: recentFailures.omitted,
            pool: agent.snapshot())
    }
}
