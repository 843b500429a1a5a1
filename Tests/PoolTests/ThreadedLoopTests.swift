import Testing

@testable import Pool

@Suite("Real threads")
struct ThreadedLoopTests {
    @Test("four loops running at the same time with fewer sockets than loops lose no wakeup", arguments: [1, 2])
    func nobodyStranded(sockets: Int) async {
        var limits = PoolLimits()
        limits.maxSockets = sockets
        limits.maxFreeSockets = sockets
        let fixed = limits
        let network = ThreadedLoop.Network(loops: 4)
        let results = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let loop = ThreadedLoop(network, index: index, requests: 20_000, limits: fixed)
                    while !loop.isOver && !loop.isStranded {
                        loop.turn()
                        await Task.yield()
                    }
                    return !loop.isStranded
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results == [true, true, true, true])
        #expect(network.origins.totalSockets(of: "origin") <= sockets)
        #expect(network.origins.totalQueued(of: "origin") == 0)
    }
}
