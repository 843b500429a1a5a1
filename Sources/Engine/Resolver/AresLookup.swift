import CAres
import CLinux
import Glibc

/// One look-up in c-ares's hands: the shell around `NameSearch`, which says what is asked and when it ends.
///
/// c-ares cannot be told to drop a single query: what is not answered when the look-up ends stays with c-ares until that gives
/// up too. An answer that comes in the meantime is reported then.
final class AresLookup: LoopObject {
    private let loop: EventLoop
    private let channel: AresChannel
    private let report: (LookupOutcome) -> Void
    private var search: NameSearch
    private var timer = LazyTimer()
    /// c-ares may answer from within a question.
    private var isRunning = false

    init(
        _ names: [String], family: ResolverOptions.Family, budgetMs: UInt64, channel: AresChannel, loop: EventLoop,
        report: @escaping (LookupOutcome) -> Void
    ) {
        self.loop = loop
        self.channel = channel
        self.report = report
        search = NameSearch(names, family: family, deadlineMs: loop.nowMs &+ budgetMs) { ipv6, ipv4 in
            FamilyOrder.ipv6GoesFirst(
                ipv6, from: RouteProbe.source(for: ipv6), ipv4, from: RouteProbe.source(for: ipv4))
        }
    }

    /// Begins. The look-up lives until it has ended and c-ares has answered all questions.
    func start() { run() }

    /// What the servers said.
    func answered(_ question: AresQuestion, _ outcome: LookupOutcome) {
        search.answered(question.kind, outcome, of: question.name, nowMs: loop.nowMs)
        run()
    }

    override func timerFired(_ tag: UInt8) {
        if timer.fired(loop, owner: self) { run() }
    }

    private func run() {
        guard !isRunning else { return }
        isRunning = true
        defer { isRunning = false }
        while true {
            switch search.next(nowMs: loop.nowMs) {
            case .ask(let name):
                for kind in search.wanted { channel.ask(AresQuestion(lookup: self, kind: kind, name: name)) }
            case .early(let outcome): report(outcome)
            case .done(let outcome):
                timer.cancel(loop)
                report(outcome)
            case .wait(let untilMs):
                guard let untilMs else { return }
                return timer.set(loop, owner: self, afterMs: untilMs - min(untilMs, loop.nowMs))
            }
        }
    }
}
