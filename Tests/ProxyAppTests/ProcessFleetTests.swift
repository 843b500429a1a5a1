import Engine
import HTTPStack
import Policy
import Synchronization
import Testing

@testable import ProxyApp

@Suite struct ProcessFleetTests {
    /// Contexts on loops that run until `end`.
    private final class Rig {
        let threads: LoopThreads
        let fleet: Fleet
        private let resolver: Resolver

        init(loops: Int) throws {
            threads = try LoopThreads(count: loops)
            let resolver = try Resolver(loop: threads.loops[0])
            self.resolver = resolver
            let connectors = threads.loops.map { Connector(loop: $0, resolver: resolver) }
            let group = AgentGroup(connectors: connectors, options: AgentOptions())
            fleet = Fleet(
                connectors.indices.map {
                    LoopContext(
                        connector: connectors[$0], agent: group.agents[$0],
                        rules: .nothingSpecial, settings: Settings(),
                        sink: nil)
                }, agents: group)
        }

        /// Runs the loops on this thread and others until the first is stopped.
        func run() throws {
            try threads.run()
            resolver.shutdown()
        }
    }

    @Test(arguments: [1, 2, 5])
    func answersComeTogetherOnOneLoopInTheLoopsOrder(loops: Int) throws {
        let rig = try Rig(loops: loops)
        let home = rig.threads.loops[0]
        let seen = Seen()
        rig.fleet.gather(on: home) { context in
            context.loop.isOnLoop ? context.loop.index : -1
        } then: { answers in
            seen.add(answers, onLoop: home.isOnLoop)
            home.stop()
        }
        try rig.run()
        #expect(seen.answers == [Array(0..<loops)])
        #expect(seen.isOnLoop)
    }

    @Test func gatheringsDoNotMix() throws {
        let rig = try Rig(loops: 3)
        let home = rig.threads.loops[0]
        let seen = Seen()
        for round in 0..<50 {
            rig.fleet.gather(on: home) {
                $0.loop.index + 10 * round
            } then: { answers in
                if seen.add(answers, onLoop: home.isOnLoop) == 50 { home.stop() }
            }
        }
        try rig.run()
        #expect(Set(seen.answers.map { $0[0] / 10 }).count == 50)
        #expect(seen.answers.allSatisfy { $0[1] == $0[0] + 1 && $0[2] == $0[0] + 2 })
    }

    private final class Seen: Sendable {
        private let state = Mutex<(answers: [[Int]], isOnLoop: Bool)>(([], true))

        var answers: [[Int]] { state.withLock { $0.answers } }
        var isOnLoop: Bool { state.withLock { $0.isOnLoop } }

        @discardableResult
        func add(_ answers: [Int], onLoop: Bool) -> Int {
            state.withLock { state in
                state.answers.append(answers)
                state.isOnLoop = state.isOnLoop && onLoop
                return state.answers.count
            }
        }
    }
}
