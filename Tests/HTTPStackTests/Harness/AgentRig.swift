import Engine
import Pool
import TestSupport
import Testing

@testable import HTTPStack

/// Agents on loops of their own, sharing what a process's agents share.
///
/// SAFETY: `@unchecked Sendable`: each agent is touched on its own loop's thread alone, once the loops run.
final class AgentRig: @unchecked Sendable {
    let homes: [RunningLoop]
    private let group: AgentGroup
    private let resolver: Resolver

    init(loops count: Int = 1, connectTimeoutMs: UInt64 = 3_000, _ adjust: (inout AgentOptions) -> Void = { _ in })
        throws
    {
        var options = AgentOptions()
        adjust(&options)
        var loops: [EventLoop] = []
        for index in 0..<count { loops.append(try EventLoop(index: index)) }
        let resolver = try Resolver(loop: loops[0])
        self.resolver = resolver
        group = AgentGroup(
            connectors: loops.map { Connector(loop: $0, resolver: resolver, timeoutMs: connectTimeoutMs) },
            options: options)
        homes = try loops.map { try RunningLoop($0) }
    }

    /// Runs `body` on a loop with its agent.
    func on<R: Sendable>(_ loop: Int = 0, _ body: @escaping @Sendable (Agent) -> R) async -> R {
        await homes[loop].on { [self] _ in body(group.agents[loop]) }
    }

    func start(_ call: Call, _ origin: SocketAddress, loop: Int = 0) async { await on(loop) { call.start($0, origin) } }

    func outcome(_ call: Call, loop: Int = 0) async -> Call.Outcome {
        await withCheckedContinuation { done in homes[loop].loop.post { call.whenDone(done) } }
    }

    func run(_ call: Call, _ origin: SocketAddress, loop: Int = 0) async -> Call.Outcome {
        await start(call, origin, loop: loop)
        return await outcome(call, loop: loop)
    }

    func get(_ origin: SocketAddress, loop: Int = 0) async -> Call.Outcome { await run(.get(), origin, loop: loop) }

    /// The figures of all loops together.
    func snapshot() async -> PoolSnapshot<OriginKey> {
        var all = await on { $0.snapshot() }
        for loop in homes.indices.dropFirst() { all.merge(await on(loop) { $0.snapshot() }) }
        return all
    }

    /// In use, being dialled, free and waiting, over all loops and origins.
    var figures: [Int] {
        get async {
            await snapshot().origins.reduce([0, 0, 0, 0]) {
                [$0[0] + $1.inUse, $0[1] + $1.dialling, $0[2] + $1.free, $0[3] + $1.waiting]
            }
        }
    }

    /// Waits, turn by turn, until the figures are these; false when that takes longer than a test may.
    func until(_ wanted: [Int]) async -> Bool { await untilTrue { await self.figures == wanted } }

    /// Waits, turn by turn, until `condition` holds on the first loop.
    func until(_ condition: @escaping @Sendable () -> Bool) async -> Bool {
        await untilTrue { await self.on { _ in condition() } }
    }

    /// Ends the loops. Whatever happened, nothing may be left in use.
    func close(sourceLocation: SourceLocation = #_sourceLocation) async {
        for loop in homes.indices { await on(loop) { $0.drain() } }
        #expect(await until([0, 0, 0, 0]), "sockets or requests left in the pool", sourceLocation: sourceLocation)
        var blocks = 0
        for home in homes { blocks += await home.on { $0.buffers.inUse + $0.pipes.inUse } }
        #expect(blocks == 0, "blocks or pipes left", sourceLocation: sourceLocation)
        resolver.shutdown()
        for home in homes { home.end() }
    }
}
