import Engine
import TestSupport
import Testing

@testable import HTTPStack

@Suite struct RunTests {
    private struct Trouble: Error, Equatable {}

    @Test func theBodyRunsOnTheLoopAndNothingToWaitForEndsIt() throws {
        var loop: EventLoop?
        try HTTP.run { loop = EventLoop.current }
        #expect(loop != nil)
        #expect(EventLoop.current == nil)
    }

    @Test func itWaitsForATimer() throws {
        var fired = false
        try HTTP.run {
            let loop = try #require(EventLoop.current)
            _ = LoopTimer(loop, afterMs: 3) { fired = true }
        }
        #expect(fired)
    }

    @Test func whatTheBodyThrowsIsThrown() {
        #expect(throws: Trouble()) { try HTTP.run { throw Trouble() } }
    }

    @Test func anErrorWithoutListenerEndsItAndIsThrown() {
        #expect(throws: Trouble()) {
            try HTTP.run {
                let loop = try #require(EventLoop.current)
                _ = LoopTimer(loop, afterMs: 60_000) {}
                UnhandledError.raise(Trouble(), on: loop)
            }
        }
    }

    @Test func anAsyncBodyRunsOnALoopOfItsOwn() async throws {
        let places = try await HTTP.run {
            let first = EventLoop.current
            await Task.yield()
            return [first != nil, EventLoop.current === first]
        }
        #expect(places == [true, true])
    }

    @Test func whatAnAsyncBodyThrowsIsThrown() async {
        await #expect(throws: Trouble()) {
            try await HTTP.run {
                await Task.yield()
                throw Trouble()
            }
        }
    }

    @Test func anErrorWithoutListenerCancelsAnAsyncBody() async {
        await #expect(throws: Trouble()) {
            try await HTTP.run {
                if let loop = EventLoop.current { UnhandledError.raise(Trouble(), on: loop) }
                try await Task.sleep(for: .seconds(600))
            }
        }
    }

    @Test func cancellingTheCallerCancelsTheBody() async {
        let task = Task { try await HTTP.run { try await Task.sleep(for: .seconds(600)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
