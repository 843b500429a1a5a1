import Glibc
import TestSupport
import Testing

@testable import Engine

/// What a loop runs besides events: jobs of the turn, tasks, and for how long it goes on.
@Suite struct LoopJobsTests {
    @Test func noLoopIsCurrentOutsideARun() throws {
        let loop = try EventLoop()
        #expect(EventLoop.current == nil)
        var inside: EventLoop?
        loop.soon { inside = EventLoop.current }
        loop.runUntilUnreferenced()
        #expect(inside === loop)
        #expect(EventLoop.current == nil)
    }

    @Test func aTurnOfAnotherLoopGivesTheFirstItsPlaceBack() throws {
        let outer = try EventLoop()
        let inner = try EventLoop(index: 1)
        var seen: [Int?] = []
        inner.soon { seen.append(EventLoop.current?.index) }
        outer.soon {
            inner.runTurn()
            seen.append(EventLoop.current?.index)
        }
        outer.runUntilUnreferenced()
        #expect(seen == [1, 0])
    }

    @Test func jobsRunInTheirOrderAndThoseTheyAddAfterThem() throws {
        let loop = try EventLoop()
        var order: [Int] = []
        loop.soon {
            order.append(1)
            loop.soon { order.append(3) }
        }
        loop.soon { order.append(2) }
        loop.runTurn()
        #expect(order == [1, 2, 3])
    }

    @Test func jobsThatGoOnForEverLeaveTimersTheirTime() throws {
        let loop = try EventLoop()
        var fired = false
        func again() { if !fired { loop.soon(again) } }
        again()
        _ = LoopTimer(loop, afterMs: 1) { fired = true }
        let watchdog = Watchdog(loop)
        loop.runUntilUnreferenced()
        #expect(fired)
        #expect(!watchdog.hasBitten)
    }

    @Test func theLoopEndsWhenTheLastReferenceGoes() throws {
        let loop = try EventLoop()
        let watchdog = Watchdog(loop)
        var order: [String] = []
        _ = LoopTimer(loop, afterMs: 20) { order.append("second") }
        _ = LoopTimer(loop, afterMs: 5) { order.append("first") }
        LoopTimer(loop, afterMs: 60_000) { order.append("never") }.cancel()
        loop.runUntilUnreferenced()
        #expect(order == ["first", "second"])
        #expect(!watchdog.hasBitten, "the cancelled timer holds nothing")
    }

    @Test func aTimerIsCancelledByItsOwnBodyWithoutHarm() throws {
        let loop = try EventLoop()
        var timer: LoopTimer?
        timer = LoopTimer(loop, afterMs: 0) { timer?.cancel() }
        let watchdog = Watchdog(loop)
        loop.runUntilUnreferenced()
        #expect(!watchdog.hasBitten)
    }

    @Test func anObjectOfALoopIsMadeOnce() throws {
        final class Local {}
        let loop = try EventLoop()
        #expect(loop.knownLocal(Local.self) == nil)
        let first = loop.local(Local.self) { Local() }
        #expect(loop.local(Local.self) { Local() } === first)
        #expect(loop.knownLocal(Local.self) === first)
        loop.dispose()
        #expect(loop.knownLocal(Local.self) == nil)
    }

    @Test func aTaskRunsOnItsLoopFromOneSuspensionToTheNext() async throws {
        let home = try RunningLoop()
        let loop = home.loop
        let task = Task(executorPreference: loop) {
            var places = [EventLoop.current === loop]
            await Task.yield()
            places.append(EventLoop.current === loop)
            // Resumed from another thread.
            await withCheckedContinuation { done in Task.detached { done.resume() } }
            places.append(EventLoop.current === loop)
            return places
        }
        #expect(await task.value == [true, true, true])
        home.end()
    }

    @Test func aTaskStartedOnTheLoopRunsInTheSameTurn() throws {
        let loop = try EventLoop()
        let turns = Counter()
        loop.soon {
            Task(executorPreference: loop) {
                await Task.yield()
                turns.value += 1
            }
        }
        loop.runTurn()
        #expect(turns.value == 1)
    }

    /// SAFETY: `@unchecked Sendable`: touched on the test's own thread alone, which runs the loop.
    private final class Counter: @unchecked Sendable {
        var value = 0
    }

    @Test func anActorMayLiveOnALoop() async throws {
        let home = try RunningLoop()
        let resident = Resident(home.loop)
        #expect(await resident.isHome)
        home.end()
    }

    private actor Resident {
        nonisolated let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        var isHome: Bool {
            preconditionIsolated()
            return EventLoop.current === loop
        }
    }

    @Test func aSocketsProbesAndDelayCanBeSet() throws {
        let pair = try TCPPair()
        defer { close(pair.peer) }
        let loop = try EventLoop()
        let socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
        socket.setNoDelay(true)
        socket.setKeepAlive(true, initialDelayMs: 2_500)
        #expect(option(socket.fd, CInt(IPPROTO_TCP), TCP_NODELAY) == 1)
        #expect(option(socket.fd, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(socket.fd, CInt(IPPROTO_TCP), TCP_KEEPIDLE) == 3)
        socket.setNoDelay(false)
        socket.setKeepAlive(false)
        #expect(option(socket.fd, CInt(IPPROTO_TCP), TCP_NODELAY) == 0)
        #expect(option(socket.fd, SOL_SOCKET, SO_KEEPALIVE) == 0)
        socket.close()
    }
}
