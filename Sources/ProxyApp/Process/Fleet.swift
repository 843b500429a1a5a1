import Engine
import HTTPStack
import Synchronization

/// The appliance's share of every loop, reached from any thread.
///
/// SAFETY: `@unchecked Sendable` because `contexts` is filled before the loops run and never changed, and each context is
/// only touched on its own loop, which every method here reaches by `post`.
final class Fleet: @unchecked Sendable {
    private let contexts: [LoopContext]
    /// Kept here: no agent holds the group.
    private let agents: AgentGroup

    init(_ contexts: [LoopContext], agents: AgentGroup) {
        self.contexts = contexts
        self.agents = agents
    }

    /// Runs `body` on every loop with that loop's context.
    func onEach(_ body: @escaping @Sendable (LoopContext) -> Void) {
        for index in contexts.indices { contexts[index].loop.post { body(self.contexts[index]) } }
    }

    /// Asks every loop, and hands the answers over on `loop`, in the loops' order, once all are there.
    func gather<Answer: Sendable>(
        on loop: EventLoop, _ ask: @escaping @Sendable (LoopContext) -> Answer,
        then: @escaping @Sendable ([Answer]) -> Void
    ) {
        let count = contexts.count
        let answers = Gathered<Answer>(count: count)
        onEach { context in
            guard let all = answers.put(ask(context), at: context.loop.index) else { return }
            loop.post { then(all) }
        }
    }
}

/// Answers that come from several loops.
private final class Gathered<Answer: Sendable>: Sendable {
    private let answers: Mutex<[Answer?]>

    init(count: Int) { answers = Mutex(Array(repeating: nil, count: count)) }

    /// Keeps one answer; all of them, when this was the last.
    func put(_ answer: Answer, at index: Int) -> [Answer]? {
        answers.withLock { answers in
            answers[index] = answer
            let all = answers.compactMap { $0 }
            return all.count == answers.count ? all : nil
        }
    }
}
