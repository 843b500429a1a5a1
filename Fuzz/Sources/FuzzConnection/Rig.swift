import CPretendKernel
import Engine
import FuzzSupport
import Glibc
import HTTPStack
import Policy

@testable import ProxyApp

/// The proxy's own loop, server, relay and agent between one client and one origin, run turn by turn in this thread.
///
/// Everything lives as long as the process, as it does in the proxy; between runs nothing of it is in use. Time is the
/// pretended kernel's, and passes only here. Only the origin may be dialled, as `o:8080`: at an address of this process's own,
/// so that several fuzzers can run at once. No name server answers.
final class Rig {
    /// What connections are made of.
    enum Wire {
        /// Socket pairs: cheap. A reset is told by the pretended kernel.
        case pairs
        /// The real thing.
        case tcp
    }

    private static let port: UInt16 = 8080
    /// Longer than any deadline that a connection without peers can wait for, and any answer that the resolver keeps.
    private static let longMs: UInt64 = 1_100
    private let loop: EventLoop
    private let group: AgentGroup
    private let context: LoopContext
    private let tcpAddress: SocketAddress
    private let unixAddress: SocketAddress
    private let originListener: CInt
    private let hosts: CInt
    private var wire = Wire.pairs
    private var linksSeen = 0

    init() throws {
        let loop = try EventLoop()
        self.loop = loop
        let pid = UInt32(bitPattern: getpid())
        let address = 0x7f00_0000 | 0x0040_0000 | (pid & 0x3f_ffff)
        let origin = SocketAddress.ipv4(address: address, port: Self.port)
        pretend_address(address, Self.port)
        originListener = try Self.listen(at: origin)
        hosts = try Self.hostsFile("\(origin.host) o\n")
        var resolving = ResolverOptions()
        resolving.hostsFile = "/proc/self/fd/\(hosts)"
        resolving.servers = [.ipv4(address: 0x7f00_0001, port: 1)]
        resolving.searchDomains = []
        resolving.timeoutMs = 100
        let resolver = try Resolver(options: resolving, loop: loop)
        var settings = Settings()
        settings.via = "p"
        settings.tcp.spliceThresholdBytes = 8
        let connector = Connector(loop: loop, resolver: resolver, timeoutMs: 1_000) { $0 == origin }
        var options = AgentOptions(settings)
        // An origin is forgotten between runs.
        options.pool.originLingerMs = 0
        group = AgentGroup(connectors: [connector], options: options)
        let rules = RuleSet(
            rules: [], exposure: .loopbackOnly, admission: Admission(), own: OwnListeners([], machineAddresses: []))
        context = LoopContext(
            connector: connector, agent: group.agents[0], rules: rules, settings: settings, sink: nil)
        let tcp = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        tcpAddress = tcp.address
        try context.server.listen(tcp)
        // Linux's abstract names: nothing is left behind, however the process ends.
        unixAddress = .unix(path: "\0proxyd-fuzz-\(pid)")
        try context.server.listen(ListeningDescriptor(unixAddress))
    }

    private static func listen(at origin: SocketAddress) throws(Errno) -> CInt {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        var on: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        guard origin.withRaw({ bind(listener, $0, $1) }) == 0, Glibc.listen(listener, 64) == 0 else {
            throw Errno(errno)
        }
        return listener
    }

    /// An unlinked file: nothing is left behind here either.
    private static func hostsFile(_ line: String) throws(Errno) -> CInt {
        var name = Array("/tmp/proxyd-fuzz-XXXXXX\0".utf8CString.dropLast())
        let hosts = mkstemp(&name)
        unlink(&name)
        let bytes = Array(line.utf8)
        guard hosts >= 0, write(hosts, bytes, bytes.count) == bytes.count else { throw Errno(errno) }
        return hosts
    }

    /// Plays a script from a new connection to its end, and takes everything down again: nothing may be left.
    func play(_ script: Script, over wire: Wire) -> Outcome {
        let registered = loop.registeredCount
        self.wire = wire
        pretend_begin(wire == .pairs)
        linksSeen = 0
        let outcome = Outcome(client: connectClient())
        settle(outcome)
        for step in script.steps {
            outcome.take(step)
            settle(outcome)
        }
        takeDown(outcome)
        require(loop.registeredCount <= registered, "\(loop.registeredCount) descriptors, \(registered) before")
        return outcome
    }

    private func connectClient() -> ScriptedPeer {
        let address = wire == .pairs ? unixAddress : tcpAddress
        // libFuzzer's timer may interrupt a connect, and the descriptor is of no use then.
        for _ in 0..<8 {
            let fd = socket(address.family, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            if address.withRaw({ connect(fd, $0, $1) }) == 0 {
                return wire == .pairs ? ScriptedPeer(fd, link: 0) : ScriptedPeer(tcp: fd)
            }
            guard errno == EINTR else { break }
            close(fd)
        }
        failed("cannot connect: \(errno)")
    }

    /// Runs turns until nothing happens any more, neither at once nor by a timer that is due at once.
    private func settle(_ outcome: Outcome) {
        for _ in 0..<60 {
            if loop.runTurn() > 0 { continue }
            pretend_time_passes(1)
            if loop.runTurn() > 0 || acceptOrigins(outcome) { continue }
            // What a peer has read makes room at most.
            if !outcome.receive() || loop.runTurn() == 0 { return }
        }
    }

    private func acceptOrigins(_ outcome: Outcome) -> Bool {
        var any = false
        switch wire {
        case .pairs:
            while linksSeen < pretend_link_count() {
                let link = pretend_link_at(linksSeen)
                if link.outside >= 0 {
                    outcome.accepted(ScriptedPeer(link.outside, link: linksSeen))
                    any = true
                }
                linksSeen += 1
            }
        case .tcp:
            while case let fd = accept(originListener, nil, nil), fd >= 0 {
                outcome.accepted(ScriptedPeer(tcp: fd))
                any = true
            }
        }
        return any
    }

    private func takeDown(_ outcome: Outcome) {
        outcome.client.drop()
        settle(outcome)
        for origin in outcome.origins { origin.drop() }
        settle(outcome)
        var turns = 0
        while turns < 50, !isEmpty {
            // Look-ups of names that are not the origin's take their time.
            if turns > 25 { pretend_time_passes(50) }
            settle(outcome)
            for origin in outcome.origins { origin.drop() }
            turns += 1
        }
        require(context.server.connectionCount == 0, "\(context.server.connectionCount) client connections left")
        require(context.openTunnels == 0, "\(context.openTunnels) tunnels left")
        require(context.activeRequests == 0, "\(context.activeRequests) requests left")
        require(loop.buffers.inUse == 0, "\(loop.buffers.inUse) blocks left")
        require(loop.pipes.inUse == 0, "\(loop.pipes.inUse) pipes left")
        for figures in context.agent.snapshot().origins {
            let sum = figures.inUse + figures.dialling + figures.free + figures.waiting
            require(sum == 0, "left in the pool: \(figures)")
        }
        // The pool sees at one sweep that nobody needs an origin, and forgets it with another.
        for _ in 0..<2 {
            pretend_time_passes(Self.longMs)
            // One that sees the time, and one that acts on it.
            for _ in 0..<2 { loop.runTurn() }
        }
        let left = context.agent.snapshot().origins
        require(left.isEmpty, "not forgotten: \(left)")
    }

    private var isEmpty: Bool {
        context.isQuiet && loop.buffers.inUse == 0
            && context.agent.snapshot().origins.allSatisfy { $0.inUse + $0.dialling + $0.free + $0.waiting == 0 }
    }
}
