import Engine
import Glibc
import HTTPStack
import Logging
import Policy

/// The running proxy: builds the parts from the settings, runs the loops, and stops in good order.
///
/// Confined to the first loop's thread.
final class Appliance {
    private enum State {
        case running
        case draining(deadlineMs: UInt64)
        case stopping
    }

    private let settings: Settings
    private let log: Logger
    private let threads: LoopThreads
    private let fleet: Fleet
    private let resolver: Resolver
    private let sink: LogSink?
    private let confinement: Confinement
    private let access: AccessControl
    private let logins: Logins?
    private let budget: ConnectionBudget
    private let descriptorLimit: Int
    private let memory: MemoryBound
    private var admin: AdminEndpoint?
    private let adminServer: Server?
    private let adminPath: String?
    private var unixPaths: [String] = []
    /// Where it listens, a line for each address: said when nothing can keep it from answering there any more.
    private var announcements: [String] = []
    private var signals: SignalWatcher?
    private var state = State.running
    private let startedNs: UInt64
    private var ticker: Ticker?
    private var loop: EventLoop { threads.loops[0] }

    /// Milliseconds between looks at whether everything has finished.
    private static let drainPollMs: UInt64 = 20
    /// Connections that the admin endpoint holds at once.
    private static let adminConnections = 256

    /// Beyond its places the admin listener says so at once, and looks at nothing.
    private static var adminBudget: ConnectionBudget {
        let farewell = Farewell.bytes(of: .connectionLimit, name: nil)
        return ConnectionBudget(limit: adminConnections, overflow: .init(places: 0, farewell: farewell))
    }

    /// Builds everything up to listening sockets. Throws a `StartFailure` that says what could not be had.
    ///
    /// `configuration` is the file that the settings came from; `loginFiles` are those of its authentication, read before: nil
    /// where nobody has to log in.
    init(
        _ settings: Settings, configuration: String?, loginFiles: LoginFiles?, log: Logger
    ) throws(StartFailure) {
        if let problem = ExposureCheck.problem(settings) { throw StartFailure("\(problem.what); \(problem.fix)") }
        self.settings = settings
        self.log = log
        confinement = try Confinement(settings, configuration: configuration, log: log)
        // Before signals are watched: the file may be a pipe that makes this wait.
        let token: AdminToken?
        do throws(AdminToken.Problem) {
            token = try settings.adminTokenFile.map { (path) throws(AdminToken.Problem) in try AdminToken(file: path) }
        } catch { throw StartFailure(error.description) }
        descriptorLimit = ProcessLimits.raiseDescriptorLimit()
        let wanted = settings.limits.maxConnections
        let possible = ConnectionBudget.limit(forDescriptors: descriptorLimit)
        if wanted > possible {
            log.warning("max_connections is \(wanted), but \(descriptorLimit) descriptors allow \(possible)")
        }
        let overflow = ConnectionBudget.Overflow(
            places: ConnectionBudget.overflowPlaces, farewell: Farewell.bytes(of: .connectionLimit, name: settings.via))
        budget = ConnectionBudget(limit: wanted > 0 ? min(wanted, possible) : possible, overflow: overflow)
        let count = settings.loops > 0 ? settings.loops : ProcessLimits.coreCount
        do throws(Errno) { threads = try LoopThreads(count: min(count, 64)) } catch {
            throw StartFailure("cannot make an event loop: \(error)")
        }
        startedNs = threads.loops[0].nowNs
        memory = MemoryBound(settings, descriptors: descriptorLimit, loops: threads.loops.count)
        Glibc.signal(SIGPIPE, SIG_IGN)
        // A log that has reached the limit of file sizes is a write that fails, not the end.
        Glibc.signal(SIGXFSZ, SIG_IGN)
        var caught: ((CInt) -> Void)?
        do throws(Errno) {
            // Before any other thread is made: they inherit the blocked signals.
            signals = try SignalWatcher(loop: threads.loops[0], signals: [SIGTERM, SIGINT, SIGHUP]) { caught?($0) }
        } catch { throw StartFailure("cannot watch for signals: \(error)") }
        sink = try Self.openLog(settings.accessLog.target)
        logins = loginFiles.map { Logins($0, settings.authentication, log: log) }

        // Listeners come first: the policy has to know the ports that the kernel chose.
        var opened: [(loop: Int, fd: OwnedListener)] = []
        var adminFD: OwnedListener?
        var own: [OwnListeners.Listener] = []
        var reachable: [IPAddress?] = []
        let tcp = TCPOptions(settings.tcp)
        do throws(ListenFailure) {
            for address in settings.listen {
                let bound = try Listeners.open(
                    address, loops: threads.loops.count, tcp: tcp, backlog: settings.tcp.backlog
                ) { index, listening in opened.append((index, OwnedListener(listening))) }
                own += bound.compactMap { Self.ownListener($0, of: address) }
                reachable += bound.map { IPAddress($0) }
                for address in bound {
                    announcements.append("listening on \(address)")
                    if case .unix(let path) = address { unixPaths.append(path) }
                }
            }
            if let address = settings.admin {
                let bound = try Listeners.open(address, loops: 1, tcp: tcp, backlog: 128) { _, listening in
                    adminFD = OwnedListener(listening)
                }
                own += bound.compactMap { Self.ownListener($0, of: address) }
                for address in bound { announcements.append("admin on \(address)") }
            }
        } catch { throw StartFailure(error.description) }

        let assembly = RuleAssembly(
            settings, listeners: reachable, own: OwnListeners(own, machineAddresses: MachineAddresses.current()))
        access = try AccessControl(assembly, lists: settings.access.lists, log: log)
        let rules = access.initial
        var resolverOptions = ResolverOptions(settings.dns)
        resolverOptions.maySearch = { [access] in access.maySearch($0) }
        do throws(ResolveError) {
            resolver = try Resolver(options: resolverOptions, loop: threads.loops[0])
        } catch { throw StartFailure("cannot set up the resolver: \(error.token)") }
        let connectors = threads.loops.map { [resolver] loop in
            Connector(
                loop: loop, resolver: resolver, tcp: tcp, timeoutMs: UInt64(settings.timeouts.connectMs),
                attemptMs: UInt64(settings.timeouts.connectAttemptMs),
                staggerMs: UInt64(settings.timeouts.connectStaggerMs)
            ) { address in
                // Whoever dials: requests bring their own judge, who knows the rest of the rules.
                guard let ip = IPAddress(address) else { return false }
                guard rules.own.listeners.contains(where: { $0.port == address.port }) else { return true }
                return !rules.own.contains(rules.classifier.classify(ip), port: address.port)
            }
        }
        var agentOptions = AgentOptions(settings)
        // Half of what clients leave to origins may be free sockets; the rest is for requests that need one now.
        agentOptions.socketsToKeepBelow = possible / 2
        let agents = AgentGroup(connectors: connectors, options: agentOptions)
        let limits = LimitBook(settings, connections: budget.limit, nowMs: startedNs / 1_000_000)
        let contexts = zip(connectors, agents.agents).map { [sink, logins] connector, agent in
            LoopContext(
                connector: connector, agent: agent, rules: rules, settings: settings, sink: sink, limits: limits,
                overflow: overflow.places, log: log, logins: logins)
        }
        fleet = Fleet(contexts, agents: agents)
        adminServer = adminFD.map { _ in Server(loop: connectors[0].loop) }
        if case .unix(let path, _) = settings.admin { adminPath = path } else { adminPath = nil }
        for path in unixPaths + [adminPath].compactMap({ $0 }) { try confinement.own(unixPath: path) }
        do throws(Errno) {
            for (index, listener) in opened { try contexts[index].server.listen(listener.take(), budget: budget) }
            if let adminFD {
                try adminServer?.listen(adminFD.take(), budget: Self.adminBudget)
            }
        } catch { throw StartFailure("cannot wait for connections: \(error)") }
        if let adminServer {
            let endpoint = AdminEndpoint(
                server: adminServer, collect: { [unowned self] in collect($0) },
                isDraining: { [unowned self] in isDraining })
            endpoint.token = token
            admin = endpoint
        }
        caught = { [unowned self] in stop($0) }
    }

    /// Gives up what rights the start needed, makes the threads, and runs until told to stop. Returns the exit status.
    ///
    /// Throws when a right could not be given up.
    func run() throws(StartFailure) -> CInt {
        // No thread may be older: capabilities and no_new_privs are inherited, and changed thread by thread.
        try confinement.enter()
        do throws(Errno) { try sink?.start() } catch { throw StartFailure("cannot start a thread: \(error)") }
        try logins?.start()
        access.start { [fleet, resolver] rules in
            resolver.forget()
            fleet.onEach { $0.gate.take(rules) }
        }
        for line in announcements { StandardError.line(line) }
        log.info(
            "proxyd \(Version.current) runs",
            metadata: [
                "loops": "\(threads.loops.count)", "descriptors": "\(descriptorLimit)",
                "connections": "\(budget.limit)", "memory": "at most \(memory.totalBytes >> 20) MiB",
            ])
        do throws(Errno) { try threads.run() } catch {
            log.error("cannot start a thread: \(error)")
            return 1
        }
        access.stop()
        logins?.stop()
        sink?.close(timeoutMs: 2000)
        log.info("stopped")
        return 0
    }

    private static func openLog(_ target: LogTarget) throws(StartFailure) -> LogSink? {
        let path: String?
        switch target {
        case .off: return nil
        case .stdout: path = nil
        case .file(let name): path = name
        }
        do throws(Errno) { return try LogSink(path: path) } catch {
            let advice = error.code == ENXIO ? "; it is a pipe that nobody reads: start its reader first" : ""
            throw StartFailure("cannot open the access log \(path ?? "stdout"): \(error)\(advice)")
        }
    }

    private static func ownListener(_ bound: SocketAddress, of wanted: ListenAddress) -> OwnListeners.Listener? {
        guard let ip = IPAddress(bound) else { return nil }
        return OwnListeners.Listener(address: bound.isUnspecified ? nil : ip, port: bound.port)
    }

    // MARK: Stopping

    private var isDraining: Bool {
        if case .running = state { return false }
        return true
    }

    private func stop(_ signal: CInt) {
        let name = signal == SIGINT ? "SIGINT" : signal == SIGHUP ? "SIGHUP" : "SIGTERM"
        switch state {
        case .running:
            let limitMs = UInt64(settings.timeouts.shutdownMs(processID: getpid()))
            log.info("\(name): no new connections, open work has \(limitMs) ms")
            state = .draining(deadlineMs: loop.nowMs + limitMs)
            remove(unixPaths)
            fleet.onEach { $0.drain() }
            ticker = Ticker(loop, everyMs: Self.drainPollMs) { [unowned self] in lookForQuiet() }
        case .draining:
            log.info("\(name) again: stopping at once")
            finish()
        case .stopping:
            // A loop that hangs would hold the stop for ever.
            log.error("\(name) while stopping: giving up on what is left")
            exit(1)
        }
    }

    /// Before the listeners close: from then on the paths may be those of another process, which has taken them over.
    private func remove(_ paths: [String]) {
        for path in paths where unlink(path) != 0 {
            // In a folder of root's, after the change of user. The next start takes the path over.
            log.info("\(path) stays: \(Errno.last)")
        }
    }

    private func lookForQuiet() {
        guard case .draining(let deadlineMs) = state else { return }
        if loop.nowMs >= deadlineMs {
            log.warning("the time to stop is up: ending what is left")
            return finish()
        }
        let bound = LoopBound(self)
        let loop = self.loop
        fleet.gather(
            on: loop, { $0.isQuiet },
            then: { answers in
                let appliance = bound.value(on: loop)
                if case .draining = appliance.state, !answers.contains(false) { appliance.finish() }
            })
    }

    private func finish() {
        state = .stopping
        ticker?.stop()
        remove([adminPath].compactMap { $0 })
        adminServer?.close()
        let bound = LoopBound(self)
        let loop = self.loop
        fleet.gather(
            on: loop, { context in context.stop() },
            then: { _ in
                let appliance = bound.value(on: loop)
                appliance.adminServer?.destroy()
                appliance.resolver.shutdown()
                // One more turn for what the resolver closes.
                loop.post { loop.stop() }
            })
    }

    // MARK: Figures

    private func collect(_ done: @escaping (ProcessSnapshot) -> Void) {
        let bound = LoopBound((self, done))
        let loop = self.loop
        fleet.gather(
            on: loop, { $0.snapshot() },
            then: { snapshots in
                let (appliance, done) = bound.value(on: loop)
                done(appliance.processSnapshot(snapshots))
            })
    }

    private func processSnapshot(_ loops: [LoopSnapshot]) -> ProcessSnapshot {
        ProcessSnapshot(
            version: Version.current, uptimeS: Double(loop.nowNs - startedNs) / 1e9, isDraining: isDraining,
            loops: loops,
            resolver: resolver.statistics, connectionLimit: budget.limit, connectionsHeld: budget.count,
            residentBytes: ProcessFigures.residentBytes(), openDescriptors: ProcessFigures.openDescriptors(),
            descriptorLimit: descriptorLimit, lostLogLines: sink?.lostLines ?? 0,
            logins: logins?.figures)
    }
}

/// A listening descriptor on its way from the address it was opened for to its server.
private final class OwnedListener {
    private var descriptor: ListeningDescriptor?

    init(_ descriptor: consuming ListeningDescriptor) { self.descriptor = consume descriptor }

    /// The descriptor. Exactly once.
    func take() -> ListeningDescriptor {
        guard let taken = descriptor.take() else { preconditionFailure("a listener was taken twice") }
        return taken
    }
}
