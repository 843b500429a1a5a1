import TestSupport
import Testing

@testable import Tunnel

/// The machine alone: what happened and when goes in, what to do comes out.
@Suite struct TunnelMachineTests {
    private static let options = TunnelOptions(idleTimeoutMs: 1_000, halfClosedTimeoutMs: 100)

    private func machine(_ options: TunnelOptions = options, at nowMs: UInt64 = 0) -> TunnelMachine {
        TunnelMachine(options: options, nowMs: nowMs)
    }

    @Test func clientEndFirstShutsOriginAndOriginEndCloses() {
        var machine = machine()
        #expect(machine.delivered(endOf: .client, nowMs: 1) == .shutWrite(.origin))
        #expect(machine.isHalfClosed)
        #expect(machine.delivered(endOf: .origin, nowMs: 2) == .finish(.closed, reset: false))
        #expect(machine.dueMs == nil)
    }

    @Test func originEndFirstShutsClientAndClientEndCloses() {
        var machine = machine()
        #expect(machine.delivered(endOf: .origin, nowMs: 1) == .shutWrite(.client))
        #expect(machine.isHalfClosed)
        #expect(machine.delivered(endOf: .client, nowMs: 2) == .finish(.closed, reset: false))
        #expect(!machine.isHalfClosed)
    }

    @Test(arguments: [TunnelSide.client, .origin])
    func sameEndToldTwiceIsNeitherASecondShutNorTheClose(side: TunnelSide) {
        var machine = machine()
        #expect(machine.delivered(endOf: side, nowMs: 1) == .shutWrite(side.other))
        #expect(machine.delivered(endOf: side, nowMs: 50) == .none)
        #expect(machine.dueMs == 101, "the repeated end is no progress")
    }

    @Test(arguments: [(TunnelSide.client, TunnelEnd.clientReset), (.origin, .originReset)])
    func failureOfASideResetsBothAndNamesIt(side: TunnelSide, end: TunnelEnd) {
        var machine = machine()
        #expect(machine.failed(side) == .finish(end, reset: true))
    }

    @Test(arguments: [TunnelSide.client, .origin], [TunnelSide.client, .origin])
    func failureAfterAnEndIsStillAReset(ended: TunnelSide, failing: TunnelSide) {
        var machine = machine()
        _ = machine.delivered(endOf: ended, nowMs: 1)
        #expect(machine.failed(failing) == .finish(failing == .client ? .clientReset : .originReset, reset: true))
    }

    @Test func idleTimeIsMeasuredFromTheLastByte() {
        var machine = machine(at: 5_000)
        #expect(machine.dueMs == 6_000)
        machine.progressed(nowMs: 5_900)
        #expect(machine.dueMs == 6_900)
        #expect(machine.deadlinePassed(nowMs: 6_000) == .none)
        #expect(machine.deadlinePassed(nowMs: 6_899) == .none)
        #expect(machine.deadlinePassed(nowMs: 6_900) == .finish(.idle, reset: false))
    }

    @Test func withoutAnIdleTimeOutAnOpenTunnelNeverEnds() {
        var machine = machine(TunnelOptions(idleTimeoutMs: nil, halfClosedTimeoutMs: 100))
        #expect(machine.dueMs == nil)
        #expect(machine.deadlinePassed(nowMs: .max / 2) == .none)
        #expect(machine.delivered(endOf: .client, nowMs: 7) == .shutWrite(.origin))
        #expect(machine.dueMs == 107, "half-closed it is bounded all the same")
    }

    @Test func halfClosedTunnelEndsWithoutProgressAndEveryByteStartsTheTimeAnew() {
        var machine = machine()
        _ = machine.delivered(endOf: .client, nowMs: 10)
        #expect(machine.dueMs == 110)
        machine.progressed(nowMs: 90)
        #expect(machine.deadlinePassed(nowMs: 110) == .none)
        #expect(machine.dueMs == 190)
        #expect(machine.deadlinePassed(nowMs: 190) == .finish(.halfClosed, reset: true))
    }

    @Test(arguments: [TunnelSide.client, .origin])
    func timeInWhichASideIsHeldIsNoSilence(side: TunnelSide) {
        var machine = machine()
        _ = machine.delivered(endOf: side.other, nowMs: 10)
        machine.hold(side, true, nowMs: 20)
        #expect(machine.deadlinePassed(nowMs: 5_000) == .none)
        #expect(machine.dueMs == 5_100, "it is looked at again")
        machine.hold(side, false, nowMs: 5_050)
        #expect(machine.deadlinePassed(nowMs: 5_149) == .none)
        #expect(machine.deadlinePassed(nowMs: 5_150) == .finish(.halfClosed, reset: true))
    }

    @Test func stopEndsWithoutReset() {
        var machine = machine()
        #expect(machine.stopped() == .finish(.shutdown, reset: false))
    }

    private enum Input: CaseIterable {
        case clientEnd, originEnd, clientFailure, originFailure, deadline, stop

        func apply(to machine: inout TunnelMachine, nowMs: UInt64) -> TunnelMachine.Action {
            switch self {
            case .clientEnd: machine.delivered(endOf: .client, nowMs: nowMs)
            case .originEnd: machine.delivered(endOf: .origin, nowMs: nowMs)
            case .clientFailure: machine.failed(.client)
            case .originFailure: machine.failed(.origin)
            case .deadline: machine.deadlinePassed(nowMs: nowMs)
            case .stop: machine.stopped()
            }
        }
    }

    @Test func nothingFollowsTheFinishWhateverComesInAnyOrder() {
        // All sequences of four inputs, a second apart: 1296 of them.
        let inputs = Input.allCases
        for code in 0..<(inputs.count * inputs.count * inputs.count * inputs.count) {
            var machine = machine()
            var rest = code
            var finished = false
            for step in 1...4 {
                let action = inputs[rest % inputs.count].apply(to: &machine, nowMs: UInt64(step) * 500)
                rest /= inputs.count
                if finished { #expect(action == .none, "sequence \(code), step \(step)") }
                if case .finish = action { finished = true }
                #expect((machine.dueMs == nil) == finished, "a live machine has a deadline, a finished one has none")
            }
        }
    }

    @Test func wordsForEndsAreDistinct() {
        #expect(Set(TunnelEnd.allCases.map { "\($0.token)" }).count == TunnelEnd.allCases.count)
    }
}
