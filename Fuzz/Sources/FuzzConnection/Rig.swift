import Engine
import FuzzSupport
import Glibc
import HTTPStack
import Policy

@testable import ProxyApp

/// The proxy's own loop, server, relay and agent between one client and one origin, run turn by turn in this thread.
///
/// Only the origin may be dialled, as `o:8080`: at an address of this process's own, so that several fuzzers can run at once.
/// No name server is asked.
final class Rig {
    private static let port: UInt16 = 8080
    private let loop: EventLoop
    private let resolver: Resolver
    private let listening: ListeningDescriptor
    private let proxyAddress: SocketAddress
    private let originAddress: SocketAddress
    private let originListener: CInt
    private let hosts: CInt
    private var settings = Settings()

    init() throws {
        let loop = try EventLoop()
        self.loop = loop
        let pid = UInt32(bitPattern: getpid())
        let address = 0x7f00_0000 | 0x0040_0000 | (pid & 0x3f_ffff)
        let origin = SocketAddress.ipv4(address: address, port: Self.port)
        originAddress = origin
        let originListener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        self.originListener = originListener
        var on: CInt = 1
        setsockopt(originListener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        guard origin.withRaw({ bind(originListener, $0, $1) }) == 0, listen(originListener, 64) == 0 else {
            throw Errno(errno)
        }
        // An unlinked file is the hosts file: nothing is left behind, however the process ends.
        var name = Array("/tmp/proxyd-fuzz-XXXXXX\0".utf8CString.dropLast())
        let hosts = mkstemp(&name)
        self.hosts = hosts
        unlink(&name)
        let line = Array("\(origin.host) o\n".utf8)
        guard hosts >= 0, write(hosts, line, line.count) == line.count else { throw Errno(errno) }
        var options = ResolverOptions()
        options.hostsFile = "/proc/self/fd/\(hosts)"
        options.servers = [.ipv4(address: 0x7f00_0001, port: 1)]
        options.searchDomains = []
        options.timeoutMs = 100
        resolver = try Resolver(options: options, loop: loop)
        listening = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        proxyAddress = listening.address
        settings.via = "p"
        settings.tcp.spliceThresholdBytes = 8
    }

    /// Plays a script from a new connection to its end, and takes everything down again: nothing may be left.
    func play(_ script: Script) -> Outcome {
        let registered = loop.registeredCount
        let origin = originAddress
        let connector = Connector(loop: loop, resolver: resolver, timeoutMs: 1_000) { $0 == origin }
        var options = AgentOptions(settings)
        // The agents of past runs go with their next sweep.
        options.pool.originLingerMs = 0
        let group = AgentGroup(connectors: [connector], options: options)
        let policy = DestinationPolicy(ownListeners: [], machineAddresses: [])
        let context = LoopContext(
            connector: connector, agent: group.agents[0], policy: policy, settings: settings, sink: nil)
        guard let listener = try? listening.duplicate(), (try? context.server.listen(listener)) != nil else {
            failed("cannot listen")
        }
        let outcome = Outcome(client: connectClient())
        settle(outcome)
        for step in script.steps {
            outcome.take(step)
            settle(outcome)
        }
        takeDown(context, group, outcome)
        // A name that is not the origin's may keep a look-up going for a while, and into the next run.
        if !outcome.namesOthers {
            require(loop.registeredCount <= registered, "\(loop.registeredCount) descriptors, \(registered) before")
        }
        return outcome
    }

    private func connectClient() -> ScriptedPeer {
        // libFuzzer's timer may interrupt a connect, and the descriptor is of no use then.
        for _ in 0..<8 {
            let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            if proxyAddress.withRaw({ connect(fd, $0, $1) }) == 0 { return ScriptedPeer(fd) }
            guard errno == EINTR else { break }
            close(fd)
        }
        failed("cannot connect: \(errno)")
    }

    /// Runs turns until nothing happens any more.
    private func settle(_ outcome: Outcome) {
        var quietTurns = 0
        for _ in 0..<60 where quietTurns < 2 {
            var isQuiet = loop.runTurn() == 0
            while case let fd = accept(originListener, nil, nil), fd >= 0 {
                outcome.accepted(ScriptedPeer(fd))
                isQuiet = false
            }
            if outcome.receive() { isQuiet = false }
            quietTurns = isQuiet ? quietTurns + 1 : 0
        }
    }

    private func takeDown(_ context: LoopContext, _ group: AgentGroup, _ outcome: Outcome) {
        outcome.client.drop()
        context.server.close()
        settle(outcome)
        for origin in outcome.origins { origin.drop() }
        context.agent.drain()
        settle(outcome)
        var turns = 0
        while turns < 50, !isEmpty(context) {
            loop.runTurn(timeoutMs: 1)
            settle(outcome)
            for origin in outcome.origins { origin.drop() }
            turns += 1
        }
        if outcome.namesOthers { return }
        require(context.server.connectionCount == 0, "\(context.server.connectionCount) client connections left")
        require(context.openTunnels == 0, "\(context.openTunnels) tunnels left")
        require(context.activeRequests == 0, "\(context.activeRequests) requests left")
        require(loop.buffers.inUse == 0, "\(loop.buffers.inUse) blocks left")
        require(loop.pipes.inUse == 0, "\(loop.pipes.inUse) pipes left")
        for figures in context.agent.snapshot().origins {
            let sum = figures.inUse + figures.dialling + figures.free + figures.waiting
            require(sum == 0, "left in the pool: \(figures)")
        }
    }

    private func isEmpty(_ context: LoopContext) -> Bool {
        context.isQuiet && loop.buffers.inUse == 0
            && context.agent.snapshot().origins.allSatisfy { $0.inUse + $0.dialling + $0.free + $0.waiting == 0 }
    }
}
