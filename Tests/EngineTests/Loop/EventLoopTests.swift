import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct EventLoopTests {
    /// Notes what it is told; `act` runs after that.
    private final class Watcher: EventHandler {
        var seen: [Readiness] = []
        var timers: [UInt8] = []
        var act: (Watcher) -> Void = { _ in }

        override func ready(_ readiness: Readiness) {
            seen.append(readiness)
            act(self)
        }

        override func timerFired(_ tag: UInt8) {
            timers.append(tag)
            act(self)
        }
    }

    /// Ends a loop that would hang. Real time, but only in a test that fails.
    private static func guardTime(_ loop: EventLoop) -> Watcher {
        let watchdog = Watcher()
        watchdog.act = { [unowned loop] _ in loop.stop() }
        _ = loop.schedule(watchdog, tag: 255, afterMs: 5_000)
        return watchdog
    }

    @Test func aReadableDescriptorReachesItsHandler() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        watcher.act = { [unowned loop] _ in loop.stop() }
        try loop.register(watcher, fd: pair.first, for: .readable)
        _ = write(pair.second, "x", 1)
        loop.run()
        #expect(watcher.seen == [.readable])
    }

    @Test func thePeersEndIsReported() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        watcher.act = { [unowned loop] _ in loop.stop() }
        try loop.register(watcher, fd: pair.first, for: [.readable, .peerEnded])
        pair.closeSecond()
        loop.run()
        #expect(watcher.seen.first?.isSuperset(of: [.readable, .peerEnded, .hangUp]) == true)
    }

    @Test func anEventOfTheSameBatchDoesNotReachWhoWasUnregistered() throws {
        let loop = try EventLoop()
        let pairs = [try SocketPair(), try SocketPair()]
        let watchers = [Watcher(), Watcher()]
        let late = Watcher()
        let fresh = try SocketPair()
        for i in 0...1 {
            // Whoever is first takes the other out and gives its slot to a third, all before the other's event is looked at.
            watchers[i].act = { [unowned loop] _ in
                loop.unregister(watchers[1 - i], fd: pairs[1 - i].first, closing: true)
                pairs[1 - i].closeFirst()
                #expect((try? loop.register(late, fd: fresh.first, for: .readable)) != nil)
                loop.stop()
            }
            try loop.register(watchers[i], fd: pairs[i].first, for: .readable)
            _ = write(pairs[i].second, "x", 1)
        }
        loop.run()
        for watcher in watchers { watcher.act = { _ in } }
        #expect(watchers[0].seen.count + watchers[1].seen.count == 1)
        #expect(late.seen.isEmpty)
        #expect(late.slot == 0 || late.slot == 1)
    }

    @Test func aLevelTriggeredDescriptorIsReportedUntilItIsRead() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        watcher.act = { [unowned loop] in if $0.seen.count == 3 { loop.stop() } }
        try loop.register(watcher, fd: pair.first, for: .readable)
        _ = write(pair.second, "x", 1)
        loop.run()
        #expect(watcher.seen.count == 3)
    }

    @Test func anEdgeTriggeredDescriptorIsReportedOncePerArrival() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        try loop.register(watcher, fd: pair.first, for: .readable, edgeTriggered: true)
        _ = write(pair.second, "x", 1)
        let peer = pair.second
        // Two turns without an arrival, then one with it.
        loop.post {
            loop.post {
                _ = write(peer, "y", 1)
                loop.post { loop.post { loop.stop() } }
            }
        }
        loop.run()
        #expect(watcher.seen == [.readable, .readable])
    }

    @Test func aSilencedDescriptorIsNotReported() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        try loop.register(watcher, fd: pair.first, for: .readable)
        loop.modify(watcher, fd: pair.first, to: [])
        _ = write(pair.second, "x", 1)
        loop.post { loop.post { loop.stop() } }
        loop.run()
        #expect(watcher.seen.isEmpty)
    }

    @Test func aBadDescriptorIsRefusedAndLeavesNothingBehind() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        #expect(throws: Errno(EBADF)) { try loop.register(watcher, fd: 1_000_000, for: .readable) }
        #expect(loop.registeredCount == 0)
        let pair = try SocketPair()
        try loop.register(watcher, fd: pair.first, for: .readable)
        #expect(loop.registeredCount == 1)
    }

    @Test func unregisteringLetsGoOfTheHandler() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        var watcher: Watcher? = Watcher()
        weak let weakly = watcher
        try watcher.map { try loop.register($0, fd: pair.first, for: .readable) }
        watcher.map { loop.unregister($0, fd: pair.first, closing: false) }
        watcher = nil
        #expect(weakly == nil)
        #expect(loop.registeredCount == 0)
    }

    @Test func whoAsksForAnotherTurnGetsItWithoutTheKernel() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        watcher.act = { [unowned loop] in $0.seen.count < 5 ? loop.again($0) : loop.stop() }
        try loop.register(watcher, fd: pair.first, for: .readable)
        loop.again(watcher)
        loop.again(watcher)
        loop.run()
        #expect(watcher.seen == Array(repeating: .again, count: 5))
    }

    @Test func whoWasUnregisteredGetsNoOtherTurn() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        try loop.register(watcher, fd: pair.first, for: .readable)
        loop.again(watcher)
        loop.unregister(watcher, fd: pair.first, closing: false)
        loop.post { loop.stop() }
        loop.run()
        #expect(watcher.seen.isEmpty)
    }

    @Test func jobsOfManyThreadsAllRunAndEachThreadsInOrder() throws {
        let (threads, jobs) = (8, 2_000)
        let home = try RunningLoop()
        let loop = home.loop
        let ran = Shared<[[Int]]>(Array(repeating: [], count: threads))
        let posters = (0..<threads).map { thread in
            JoinableThread {
                for job in 0..<jobs { loop.post { ran.update { $0[thread].append(job) } } }
            }
        }
        for poster in posters { poster.join() }
        home.end()
        for thread in 0..<threads {
            let isComplete = ran.value[thread] == Array(0..<jobs)
            #expect(isComplete, "thread \(thread)")
        }
    }

    @Test func whatWasPostedBeforeStopIsRun() throws {
        let loop = try EventLoop()
        let ran = Shared(false)
        loop.post {
            loop.stop()
            loop.post { ran.update { $0 = true } }
        }
        loop.run()
        #expect(ran.value)
    }

    @Test func aJobMayPostAnother() throws {
        let loop = try EventLoop()
        let ran = Shared(0)
        loop.post {
            ran.update { $0 += 1 }
            loop.post {
                ran.update { $0 += 1 }
                loop.stop()
            }
        }
        loop.run()
        #expect(ran.value == 2)
    }

    @Test func timersFireInOrderAndNotEarly() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let start = loop.nowMs
        var times: [UInt64] = []
        watcher.act = {
            times.append(loop.nowMs - start)
            if $0.timers.count == 3 { loop.stop() }
        }
        _ = loop.schedule(watcher, tag: 3, afterMs: 30)
        _ = loop.schedule(watcher, tag: 1, afterMs: 1)
        _ = loop.schedule(watcher, tag: 2, afterMs: 15)
        loop.run()
        #expect(watcher.timers == [1, 2, 3])
        #expect(zip(times, [1, 15, 30] as [UInt64]).allSatisfy { $0 >= $1 })
    }

    @Test func aCancelledTimerDoesNotFireAndItsNameIsCleared() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        watcher.act = { [unowned loop] _ in loop.stop() }
        var id = loop.schedule(watcher, tag: 1, afterMs: 1)
        loop.cancel(&id)
        #expect(id.isNone)
        _ = loop.schedule(watcher, tag: 2, afterMs: 10)
        loop.run()
        #expect(watcher.timers == [2])
    }

    @Test func whatArrivedInTimeGoesBeforeADeadline() throws {
        let loop = try EventLoop()
        // More than one turn fetches: what is left behind may be just what a due timer waits for.
        let pairs = try (0..<300).map { _ in try SocketPair() }
        let watchers = pairs.map { _ in Watcher() }
        for (pair, watcher) in zip(pairs, watchers) {
            try loop.register(watcher, fd: pair.first, for: .readable, edgeTriggered: true)
            _ = write(pair.second, "x", 1)
        }
        let deadline = Watcher()
        deadline.act = { _ in #expect(watchers.allSatisfy { $0.seen == [.readable] }) }
        _ = loop.schedule(deadline, tag: 1, afterMs: 0)
        var turns = 0
        while deadline.timers.isEmpty, turns < 100 {
            loop.runTurn(timeoutMs: 1)
            turns += 1
        }
        #expect(deadline.timers == [1])
        for (pair, watcher) in zip(pairs, watchers) { loop.unregister(watcher, fd: pair.first, closing: false) }
    }

    @Test func deadlinesAreKeptUnderEndlessLoad() throws {
        let loop = try EventLoop()
        let pairs = try (0..<300).map { _ in try SocketPair() }
        let watchers = pairs.map { _ in Watcher() }
        for (pair, watcher) in zip(pairs, watchers) {
            try loop.register(watcher, fd: pair.first, for: .readable)
            _ = write(pair.second, "x", 1)
        }
        let deadline = Watcher()
        _ = loop.schedule(deadline, tag: 1, afterMs: 0)
        // Nobody reads: every turn is full.
        for _ in 0..<100 where deadline.timers.isEmpty { loop.runTurn() }
        #expect(deadline.timers == [1])
        for (pair, watcher) in zip(pairs, watchers) { loop.unregister(watcher, fd: pair.first, closing: false) }
    }

    @Test func hooksRunAtTheEndOfEveryTurn() throws {
        let loop = try EventLoop()
        let watchdog = Self.guardTime(loop)
        var turns = 0
        loop.atEndOfTurn { [unowned loop] in
            turns += 1
            if turns == 3 { loop.stop() } else { loop.post {} }
        }
        loop.post {}
        loop.run()
        #expect(turns >= 3)
        #expect(watchdog.timers.isEmpty)
    }

    @Test func aLoopKnowsItsThread() async throws {
        let home = try RunningLoop()
        #expect(await home.on { $0.isOnLoop })
        let other = try RunningLoop()
        #expect(await other.on { _ in home.loop.isOnLoop } == false)
        other.end()
        home.end()
    }

    /// The process may stand still at any point of a turn, before the clock is read too: what arrived meanwhile is fetched by
    /// the next turn, and goes before the deadlines that have passed.
    @Test func aDeadlineHasPassedOnlyIfItHadWhenEventsWereFetched() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let watcher = Watcher()
        try loop.register(watcher, fd: pair.first, for: .readable)
        _ = loop.schedule(watcher, tag: 7, afterMs: 5)
        usleep(20_000)
        _ = write(pair.second, "x", 1)
        loop.runTurn()
        #expect(watcher.seen == [.readable])
        #expect(watcher.timers == [], "before that turn the clock had been read 20 ms earlier")
        loop.runTurn()
        #expect(watcher.timers == [7])
        loop.unregister(watcher, fd: pair.first, closing: false)
    }
}
