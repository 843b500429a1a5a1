import Engine
import HTTPWire
import TestSupport

@testable import HTTPStack

/// A loop with requests in Node's form on it.
///
/// SAFETY: `@unchecked Sendable`: `agents` is touched on the loop's thread alone.
final class ClientRig: @unchecked Sendable {
    let home: RunningLoop
    private var agents: [Agent] = []

    init() throws { home = try RunningLoop() }

    /// Runs `body` on the loop; what it throws is thrown here.
    func on<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await home.on { _ in Result { try body() } }.get()
    }

    /// An agent that is closed with the rig. On the loop.
    func agent(
        keepAlive: Bool = false, keepAliveMsecs: Int = 1000, maxSockets: Int = .max, maxFreeSockets: Int = 256
    ) -> Agent {
        let agent = Agent(
            keepAlive: keepAlive, keepAliveMsecs: keepAliveMsecs, maxSockets: maxSockets, maxFreeSockets: maxFreeSockets
        )
        agents.append(agent)
        return agent
    }

    /// Makes a request on the loop and returns what it told, once it is over.
    func run(_ make: @escaping @Sendable () throws -> ClientRequest) async throws -> Told {
        let told = Told()
        try await on { told.follow(try make()) }
        await over(told)
        return told
    }

    /// The same with closures that are set in place of those of `Told`.
    func run(
        _ make: @escaping @Sendable () throws -> ClientRequest, following: @escaping @Sendable (ClientRequest) -> Void
    )
        async throws -> Told
    {
        let told = Told()
        try await on {
            let request = try make()
            told.follow(request)
            following(request)
        }
        await over(told)
        return told
    }

    /// The same for a request that goes on at 100.
    func run(
        _ make: @escaping @Sendable () throws -> ClientRequest, continuing: @escaping @Sendable (ClientRequest) -> Void
    )
        async throws -> Told
    {
        let told = Told()
        try await on {
            let request = try make()
            told.follow(request)
            request.onContinue = {
                told.note("continue")
                continuing(request)
            }
        }
        await over(told)
        return told
    }

    /// Makes a request, ends it, and returns what it told.
    func get(_ options: @escaping @Sendable () throws -> RequestOptions) async throws -> Told {
        try await run {
            let request = try HTTP.request(try options())
            request.end()
            return request
        }
    }

    /// Waits until the request that `told` follows is over.
    func over(_ told: Told) async {
        await withCheckedContinuation { done in home.loop.post { told.whenOver(done) } }
        // What it told was written on the loop, and is read here.
        await home.on { _ in }
    }

    /// Waits, turn by turn, until `condition` holds on the loop.
    func until(_ condition: @escaping @Sendable () -> Bool) async -> Bool {
        await untilTrue { await self.home.on { _ in condition() } }
    }

    /// Ends the loop; nothing of the agents' may be in use then.
    func close() async throws {
        try await on { [self] in
            for agent in agents + [HTTP.globalAgent] {
                agent.destroy()
                agent.drain()
            }
            agents = []
        }
        home.end()
        home.loop.dispose()
    }
}
