import Testing

@testable import ProxyApp

@Suite struct AdminFigureQueueTests {
    private var queue = FigureQueue<Int>(limit: 2)

    @Test mutating func `the first question begins a collection and is served by it`() {
        #expect(queue.ask(1) == .collect)
        let (served, again) = queue.collected()
        #expect(served == [1])
        #expect(!again)
    }

    @Test mutating func `a question during a collection waits for the next one`() {
        #expect(queue.ask(1) == .collect)
        #expect(queue.ask(2) == .wait)
        #expect(queue.ask(3) == .wait)
        let first = queue.collected()
        #expect(first.served == [1])
        #expect(first.collectsAgain)
        let second = queue.collected()
        #expect(second.served == [2, 3])
        #expect(!second.collectsAgain)
    }

    @Test mutating func `more than may wait are refused and forgotten`() {
        _ = queue.ask(0)
        _ = queue.ask(1)
        _ = queue.ask(2)
        #expect(queue.ask(3) == .refuse)
        _ = queue.collected()
        #expect(queue.ask(4) == .wait, "the places are free again")
        #expect(queue.collected().served == [1, 2])
        #expect(queue.collected().served == [4])
    }

    @Test mutating func `after an idle time it begins again`() {
        _ = queue.ask(1)
        _ = queue.collected()
        #expect(queue.ask(2) == .collect)
    }
}
