import Testing

@testable import Pool

/// What a pool tells of its sockets and waiting requests.
@Suite struct ListingTests {
    private func connections(_ one: borrowing OneLoop) -> (used: [Int], free: [Int]) {
        var used: [Int] = []
        var free: [Int] = []
        one.pool.eachConnection { key, connection, isFree in
            #expect(key == "origin")
            if isFree { free.append(connection) } else { used.append(connection) }
        }
        return (used, free)
    }

    @Test func aSocketIsListedInUseThenFreeThenNotAtAll() throws {
        var one = OneLoop()
        let socket = try one.open(1)
        #expect(connections(one).used == [101] && connections(one).free.isEmpty)
        #expect(one.release(socket) == .park)
        #expect(connections(one).used.isEmpty && connections(one).free == [101])
        _ = one.closed(socket)
        #expect(connections(one).used.isEmpty && connections(one).free.isEmpty)
    }

    @Test func freeSocketsAreListedInTheOrderOfTheirUse() throws {
        var one = OneLoop()
        let first = try one.open(1)
        let second = try one.open(2)
        _ = one.release(second, at: 1)
        _ = one.release(first, at: 2)
        #expect(connections(one).free == [101, 102])
    }

    @Test func aSocketOrderedClosedIsListedNoMore() throws {
        var one = OneLoop()
        let socket = try one.open(1)
        #expect(one.release(socket, reusable: false) == .close)
        #expect(connections(one).used.isEmpty && connections(one).free.isEmpty)
    }

    @Test func requestsAreListedInOrderOfArrivalWithTheirDials() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        var one = OneLoop(limits)
        _ = try one.acquireDial(7)
        _ = try one.acquireQueued(8, fresh: true)
        _ = try one.acquireQueued(9)
        var listed: [WaiterID] = []
        var dials: [Bool] = []
        one.pool.eachWaiter { _, waiter, hasDial in
            listed.append(waiter)
            dials.append(hasDial)
        }
        #expect(listed == [7, 8, 9])
        #expect(dials == [true, false, false])
    }

    @Test func aHigherLimitServesRequestsThatWait() throws {
        var limits = PoolLimits()
        limits.maxSockets = 1
        var one = OneLoop(limits)
        _ = try one.open(1)
        let second = try one.acquireQueued(2)
        let third = try one.acquireQueued(3)
        limits.maxSockets = 3
        one.pool.change(limits, &one.actions)
        #expect(one.drained() == [.dial(one.origin, second, 2), .dial(one.origin, third, 3)])
        one.pool.core.checkInvariants()
    }

    @Test func aLowerLimitClosesNothingAndHoldsBackTheNext() throws {
        var one = OneLoop()
        let sockets = [try one.open(1), try one.open(2)]
        var limits = PoolLimits()
        limits.maxSockets = 1
        one.pool.change(limits, &one.actions)
        #expect(one.drained().isEmpty)
        _ = try one.acquireQueued(3)
        #expect(one.release(sockets[0]) == .use(3))
    }
}
