import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// What the compiler cannot see stops with a message that says what to do.
@Suite struct ConfinementTests {
    @Test func aServerMadeWhereNoLoopRunsStopsTheProgram() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = HTTP.createServer()
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("HTTP.createServer: no event loop runs on this thread"))
    }

    @Test func aRequestAwaitedWhereNoLoopRunsStopsTheProgram() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try await HTTP.get("http://127.0.0.1:1/")
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("no event loop runs on this thread"))
    }

    @Test(.enabled(if: isDebugBuild)) func useFromAnotherThreadStopsADebugBuild() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let home = try RunningLoop()
            let server = await home.on { loop in LoopBound(HTTP.createServer(on: loop)) }
            // The compiler was told that this is right.
            _ = server.value(on: home.loop)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("this belongs to the thread of loop 0"))
    }

    private static var isDebugBuild: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return isDebug
    }
}
