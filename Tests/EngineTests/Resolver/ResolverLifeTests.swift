import TestSupport
import Testing

@testable import Engine

@Suite struct ResolverLifeTests {
    private static let found: ScriptedDNS.Script = { _, type in type == .a ? .records([.a(192, 0, 2, 1)]) : .nodata }

    @Test func aHundredEqualLookUpsCostOnePairOfQueries() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        let answers = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { await rig.hosts(of: "popular.example") == ["192.0.2.1"] }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 100)
        #expect(rig.dns.questions.count == 2)
        let statistics = rig.resolver.statistics
        #expect(statistics.misses == 1)
        #expect(statistics.coalesced + statistics.hits == 99)
    }

    @Test func equalLookUpsInOneTurnAreJoined() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        let answered = Shared(0)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            rig.home.loop.post {
                for _ in 0..<100 {
                    _ = rig.resolver.resolve("joined.example", on: rig.home.loop) { _ in
                        if answered.update({
                            $0 += 1
                            return $0
                        }) == 100 {
                            done.resume()
                        }
                    }
                }
            }
        }
        #expect(rig.dns.questions.count == 2)
        #expect(rig.resolver.statistics.coalesced == 99)
    }

    @Test func anAnswerComesBackOnTheAskingLoop() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        let other = try RunningLoop()
        defer { other.end() }
        let (onAsking, onHome) = await withCheckedContinuation { (done: CheckedContinuation<(Bool, Bool), Never>) in
            other.loop.post {
                _ = rig.resolver.resolve("hop.example", on: other.loop) { _ in
                    done.resume(returning: (other.loop.isOnLoop, rig.home.loop.isOnLoop))
                }
            }
        }
        #expect(onAsking)
        #expect(!onHome)
    }

    @Test func allLoopsShareOneCache() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        let other = try RunningLoop()
        defer { other.end() }
        _ = await rig.resolve("shared.example")
        let answer = await rig.resolve("shared.example", on: other)
        #expect((try? answer.get())?.fromCache == true)
        #expect(rig.dns.questions.count == 2)
    }

    @Test func aCancelledCallerIsNotCalledAndTheAnswerIsKept() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        let called = Shared(false)
        let isPending = await rig.home.on { [resolver = rig.resolver] loop in
            guard
                case .pending(let token) = resolver.resolve(
                    "cancel.example", on: loop, completion: { _ in called.update { $0 = true } })
            else { return false }
            resolver.cancel(token)
            return true
        }
        #expect(isPending)
        // Joins the look-up that goes on, so its answer comes after the cancelled caller's turn.
        #expect(await rig.hosts(of: "cancel.example") == ["192.0.2.1"])
        #expect(called.value == false)
        #expect(rig.dns.questions.count == 2)
    }

    @Test func cancellingLetsGoOfWhatTheCompletionHolds() async throws {
        final class Witness: Sendable {}
        let rig = try ResolverRig { _, _ in .silence }
        defer { rig.end() }
        let isGone = await rig.home.on { [resolver = rig.resolver] loop in
            var witness: Witness? = Witness()
            weak let weakly = witness
            let resolution = resolver.resolve("witness.example", on: loop) { [witness] _ in _ = witness }
            witness = nil
            guard case .pending(let token) = resolution, weakly != nil else { return false }
            resolver.cancel(token)
            return weakly == nil
        }
        #expect(isGone)
    }

    @Test func shutdownCancelsAllWhoWait() async throws {
        let rig = try ResolverRig(.quiet { $0.timeoutMs = 60_000 }) { _, _ in .silence }
        defer { rig.end() }
        let answers = Shared<[ResolveError]>([])
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            rig.home.loop.post {
                for i in 0..<20 {
                    _ = rig.resolver.resolve("wait\(i % 10).example", on: rig.home.loop) { answer in
                        guard case .failure(let error) = answer else { return }
                        if answers.update({
                            $0.append(error)
                            return $0.count
                        }) == 20 {
                            done.resume()
                        }
                    }
                }
                rig.home.loop.post { rig.resolver.shutdown() }
            }
        }
        #expect(answers.value == Array(repeating: .cancelled, count: 20))
        #expect(rig.resolver.statistics.inFlight == 0)
        let after = await rig.resolve("late.example")
        #expect(after == .failure(.cancelled))
    }

    @Test func shutdownClosesEverySocketOfTheResolver() async throws {
        let rig = try ResolverRig(.quiet { $0.timeoutMs = 60_000 }) { _, _ in .silence }
        defer { rig.end() }
        let answer = await withCheckedContinuation { (done: CheckedContinuation<ResolverRig.Answer, Never>) in
            rig.home.loop.post {
                _ = rig.resolver.resolve("open.example", on: rig.home.loop) { done.resume(returning: $0) }
                // Behind the look-up's own start in the mailbox.
                rig.home.loop.post {
                    #expect(rig.home.loop.registeredCount == 1)
                    #expect(rig.dns.clientSockets == 1)
                    rig.resolver.shutdown()
                }
            }
        }
        #expect(answer == .failure(.cancelled))
        #expect(await rig.home.on { $0.registeredCount } == 0)
        #expect(rig.dns.clientSockets == 0)
    }

    @Test func anIdleResolverHoldsNoSocket() async throws {
        let rig = try ResolverRig(script: Self.found)
        defer { rig.end() }
        _ = await rig.resolve("idle.example")
        #expect(await rig.home.on { $0.registeredCount } == 0)
        #expect(rig.dns.clientSockets == 0)
    }

    @Test func aResolverIsReleasedAfterShutdown() async throws {
        let home = try RunningLoop()
        defer { home.end() }
        var options = ResolverOptions()
        options.hostsFile = nil
        var resolver: Resolver? = try Resolver(options: options, loop: home.loop)
        weak let weakly = resolver
        resolver?.shutdown()
        resolver = nil
        // The first may be one batch with the order to close, which is let go only when the whole batch has run.
        for _ in 0..<2 { _ = await home.on { _ in } }
        #expect(weakly == nil)
    }
}
