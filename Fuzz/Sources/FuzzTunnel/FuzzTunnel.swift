import FuzzSupport
import Tunnel

/// Sequences of events for the tunnel machine against a model that remembers only what happened.
@main
enum FuzzTunnel {
    static func main() { Fuzzer.run(testOneInput) }
}

/// What happened to a tunnel, and what must follow from it.
private struct TunnelHistory {
    let options: TunnelOptions
    var nowMs: UInt64
    var lastProgressMs: UInt64
    var ended: [TunnelSide] = []
    var end: TunnelEnd?

    /// When the machine must be heard next, by the documentation.
    var dueMs: UInt64? {
        if end != nil { return nil }
        if ended.count == 1 { return lastProgressMs + options.halfClosedTimeoutMs }
        return options.idleTimeoutMs.map { lastProgressMs + $0 }
    }

    mutating func finishing(_ why: TunnelEnd, reset: Bool) -> TunnelMachine.Action {
        if end != nil { return .none }
        end = why
        return .finish(why, reset: reset)
    }

    mutating func delivered(_ side: TunnelSide) -> TunnelMachine.Action {
        if end != nil || ended.contains(side) { return .none }
        ended.append(side)
        lastProgressMs = nowMs
        return ended.count == 2 ? finishing(.closed, reset: false) : .shutWrite(side == .client ? .origin : .client)
    }

    mutating func deadlinePassed() -> TunnelMachine.Action {
        guard let dueMs, nowMs >= dueMs else { return .none }
        // A half-open tunnel is cut off with RST: its last byte may be missing. An idle one is complete as it is.
        return ended.count == 1 ? finishing(.halfClosed, reset: true) : finishing(.idle, reset: false)
    }
}

/// One input: two bytes for the time-outs, then one event a byte.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let idle = input.byte()
    let options = TunnelOptions(
        idleTimeoutMs: idle == 0 ? nil : UInt64(idle), halfClosedTimeoutMs: UInt64(input.byte()))
    var machine = TunnelMachine(options: options, nowMs: 1000)
    var history = TunnelHistory(options: options, nowMs: 1000, lastProgressMs: 1000)
    var finishes = 0
    while !input.isAtEnd {
        let event = input.byte()
        let side: TunnelSide = event & 8 == 0 ? .client : .origin
        let action: TunnelMachine.Action
        let expected: TunnelMachine.Action
        switch event & 7 {
        case 0, 1:
            history.nowMs += UInt64(event >> 4) * 16
            continue
        case 2:
            machine.progressed(nowMs: history.nowMs)
            history.lastProgressMs = history.nowMs
            continue
        case 3, 4:
            action = machine.delivered(endOf: side, nowMs: history.nowMs)
            expected = history.delivered(side)
        case 5:
            action = machine.deadlinePassed(nowMs: history.nowMs)
            expected = history.deadlinePassed()
        case 6:
            action = machine.failed(side)
            expected = history.finishing(side == .client ? .clientReset : .originReset, reset: true)
        default:
            // A stop is the end of most sequences; rarer, the others get longer.
            guard event >> 4 == 0 else { continue }
            action = machine.stopped()
            expected = history.finishing(.shutdown, reset: false)
        }
        require(action == expected, "\(action), not \(expected), after \(history)")
        require(machine.dueMs == history.dueMs, "due at \(String(describing: machine.dueMs)): \(history)")
        require(machine.isHalfClosed == (history.ended.count == 1), "half-closed \(machine.isHalfClosed): \(history)")
        if case .finish = action { finishes += 1 }
        require(finishes == (history.end == nil ? 0 : 1), "finished \(finishes) times: \(history)")
    }
    return 0
}
