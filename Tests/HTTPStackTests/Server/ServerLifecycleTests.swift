import TestSupport
import Testing

@testable import HTTPStack

/// The machine alone: every legal transition, and what is ignored.
@Suite struct ServerLifecycleTests {
    private func serving(mayPersist: Bool = true, requestEnded: Bool = true) -> ServerLifecycle {
        var machine = ServerLifecycle()
        machine.requestStarted(mayPersist: mayPersist)
        if requestEnded { _ = machine.requestCompleted() }
        return machine
    }

    @Test func startsBeforeAHead() {
        let machine = ServerLifecycle()
        #expect(machine.phase == .head)
        #expect(!machine.clientEnded)
    }

    @Test func endOfARequestAloneAsksForNothing() {
        var machine = serving(requestEnded: false)
        #expect(machine.requestCompleted() == .none)
        #expect(machine.phase == .exchange)
        #expect(machine.requestEnded)
    }

    @Test func completeExchangeLeadsToTheNextRequest() {
        var machine = serving()
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .nextRequest)
        #expect(machine.phase == .head)
    }

    @Test func pipelinedBytesAreTheNextRequestNotARest() {
        var machine = serving()
        #expect(machine.responseCompleted(hasUnreadBytes: true) == .nextRequest)
    }

    @Test func exchangeThatMayNotPersistCloses() {
        var machine = serving(mayPersist: false)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .close)
        #expect(machine.phase == .closing)
    }

    @Test func closeWithUnreadBytesLingersSoThatItIsNoReset() {
        var machine = serving(mayPersist: false)
        #expect(machine.responseCompleted(hasUnreadBytes: true) == .linger)
        #expect(machine.phase == .lingering)
    }

    @Test func responseMayForbidPersistenceLater() {
        var machine = serving()
        machine.closeAfterResponse()
        #expect(!machine.mayPersist)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .close)
    }

    @Test func nextRequestDecidesAnewWhetherTheConnectionPersists() {
        var machine = serving()
        _ = machine.responseCompleted(hasUnreadBytes: false)
        machine.requestStarted(mayPersist: false)
        #expect(!machine.mayPersist)
        #expect(!machine.requestEnded)
        #expect(!machine.responseEnded)
    }

    @Test func earlyAnswerDrainsTheRequestAndThenPersists() {
        var machine = serving(requestEnded: false)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .drain)
        #expect(machine.phase == .draining)
        #expect(machine.requestCompleted() == .nextRequest)
        #expect(machine.phase == .head)
    }

    @Test func earlyAnswerOnAClosingConnectionLingers() {
        var machine = serving(mayPersist: false, requestEnded: false)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .linger)
        #expect(machine.phase == .lingering)
    }

    @Test func drainThatComesToItsBoundLingers() {
        var machine = serving(requestEnded: false)
        _ = machine.responseCompleted(hasUnreadBytes: false)
        #expect(machine.drainGivenUp() == .linger)
        #expect(machine.phase == .lingering)
        #expect(machine.drainGivenUp() == .none, "only once")
    }

    @Test func drainedRequestOnAConnectionThatMayNotPersistAnyMoreCloses() {
        var machine = serving(requestEnded: false)
        _ = machine.responseCompleted(hasUnreadBytes: false)
        machine.closeAfterResponse()
        #expect(machine.requestCompleted() == .close)
    }

    @Test func clientEndBetweenRequestsCloses() {
        var machine = ServerLifecycle()
        #expect(machine.clientClosedItsSide() == .close)
        #expect(machine.phase == .closing)
    }

    @Test func clientEndInsideARequestAborts() {
        var machine = serving(requestEnded: false)
        #expect(machine.clientClosedItsSide() == .abort)
    }

    @Test func halfClosedClientStillGetsItsAnswerThenTheConnectionCloses() {
        var machine = serving()
        #expect(machine.clientClosedItsSide() == .none)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .nextRequest)
        #expect(machine.idleAfterClientEnd() == .close)
        #expect(machine.phase == .closing)
    }

    @Test func clientEndWhileDrainingOrLingeringCloses() {
        var draining = serving(requestEnded: false)
        _ = draining.responseCompleted(hasUnreadBytes: false)
        #expect(draining.clientClosedItsSide() == .close)
        var lingering = serving(mayPersist: false)
        _ = lingering.responseCompleted(hasUnreadBytes: true)
        #expect(lingering.clientClosedItsSide() == .close)
    }

    @Test func idleAfterClientEndNeedsBoth() {
        var open = ServerLifecycle()
        #expect(open.idleAfterClientEnd() == .none, "the client has not ended")
        var busy = serving()
        _ = busy.clientClosedItsSide()
        #expect(busy.idleAfterClientEnd() == .none, "a request is being served")
    }

    @Test func responseIsCompletedOnlyOnceAndOnlyInAnExchange() {
        var fresh = ServerLifecycle()
        #expect(fresh.responseCompleted(hasUnreadBytes: false) == .none)
        var machine = serving(mayPersist: false)
        _ = machine.responseCompleted(hasUnreadBytes: false)
        #expect(machine.responseCompleted(hasUnreadBytes: true) == .none)
        #expect(machine.phase == .closing)
    }

    @Test func handedOverConnectionIsNobodysBusinessAnyMore() {
        var machine = serving(mayPersist: false)
        machine.handOver()
        #expect(machine.phase == .handedOver)
        #expect(machine.clientClosedItsSide() == .none)
        #expect(machine.responseCompleted(hasUnreadBytes: true) == .none)
        #expect(machine.drainGivenUp() == .none)
    }

    @Test func nothingMovesAClosedConnection() {
        var machine = serving()
        machine.close()
        #expect(machine.phase == .closed)
        #expect(machine.clientClosedItsSide() == .none)
        #expect(machine.responseCompleted(hasUnreadBytes: false) == .none)
        #expect(machine.idleAfterClientEnd() == .none)
    }
}
