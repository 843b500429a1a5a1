import FuzzSupport

@testable import HTTPStack

/// Sequences of events for the life of a client's connection, against the rules that a client relies on.
@main
enum FuzzServerLifecycle {
    static func main() { Fuzzer.run(testOneInput) }
}

/// A shell that performs what the machine says, and remembers what the client has seen.
private struct LifecycleShell {
    var machine = ServerLifecycle()
    var requestsTaken = 0
    var responsesEnded = 0
    var requestComplete = false
    var mayPersist = true
    var clientEnded = false
    var isOver = false

    /// Checks the order, and does what `ServerConnection` does with it.
    mutating func perform(_ action: ServerLifecycle.Action) {
        switch action {
        case .none: break
        case .nextRequest:
            require(requestComplete && responsesEnded == requestsTaken, "next request inside an exchange: \(self)")
            require(mayPersist, "next request on a connection that ends: \(self)")
            require(machine.phase == .head, "next request in \(machine.phase)")
        case .drain:
            require(!requestComplete && responsesEnded == requestsTaken && mayPersist, "drained: \(self)")
            require(machine.phase == .draining, "drains in \(machine.phase)")
        case .linger:
            require(responsesEnded == requestsTaken, "lingers before its response is complete: \(self)")
            require(machine.phase == .lingering, "lingers in \(machine.phase)")
        case .close:
            require(responsesEnded == requestsTaken, "closes with a response under way: \(self)")
            require(!mayPersist || clientEnded, "closes a connection that both want to keep: \(self)")
            end()
        case .abort:
            require(clientEnded && !requestComplete, "aborts a request that is complete: \(self)")
            end()
        }
    }

    mutating func end() {
        require(!isOver, "ended twice: \(self)")
        isOver = true
        machine.close()
    }

    /// Events that may come at any time. Returns what the machine orders.
    mutating func take(_ event: UInt8) -> ServerLifecycle.Action {
        switch event & 7 {
        case 0, 1:
            guard machine.phase == .head, !clientEnded || event & 8 != 0 else { return .none }
            requestsTaken += 1
            requestComplete = false
            mayPersist = event & 16 == 0
            machine.requestStarted(mayPersist: mayPersist)
            return .none
        case 2, 3:
            guard machine.phase == .exchange || machine.phase == .draining, !requestComplete else { return .none }
            requestComplete = true
            return machine.requestCompleted()
        case 4:
            guard machine.phase == .exchange else { return machine.responseCompleted(hasUnreadBytes: event & 8 != 0) }
            responsesEnded += 1
            return machine.responseCompleted(hasUnreadBytes: event & 8 != 0)
        case 5:
            // EOS is read once, and only where the connection still reads.
            guard !clientEnded, machine.phase != .closing else { return .none }
            clientEnded = true
            return machine.clientClosedItsSide()
        case 6:
            guard event & 8 != 0 else { return machine.idleAfterClientEnd() }
            guard machine.phase == .exchange else { return .none }
            mayPersist = false
            machine.closeAfterResponse()
            return .none
        default: return machine.drainGivenUp()
        }
    }

    /// No more requests: a client that ends gets its answer, and then the connection ends too.
    mutating func finish() {
        if machine.phase == .exchange, !requestComplete { perform(take(2)) }
        if machine.phase == .exchange { perform(take(4)) }
        if machine.phase == .draining { perform(take(2)) }
        if !clientEnded { perform(take(5)) }
        if machine.phase == .head { perform(machine.idleAfterClientEnd()) }
        require(isOver || machine.phase == .lingering, "left open: \(self)")
        require(responsesEnded == requestsTaken || !requestComplete, "\(responsesEnded) of \(requestsTaken) answers")
    }
}

/// One input: an event a byte.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var shell = LifecycleShell()
    while !input.isAtEnd, !shell.isOver {
        let action = shell.take(input.byte())
        shell.perform(action)
        require(
            shell.machine.responseEnded || shell.responsesEnded < shell.requestsTaken || shell.requestsTaken == 0
                || shell.machine.phase == .head, "end of the response forgotten: \(shell)")
    }
    if !shell.isOver { shell.finish() }
    // Behind the end nothing is ordered any more.
    require(!shell.isOver || shell.machine.responseCompleted(hasUnreadBytes: true) == .none, "orders behind the end")
    require(!shell.isOver || shell.machine.drainGivenUp() == .none, "orders behind the end")
    require(!shell.isOver || shell.machine.clientClosedItsSide() == .none, "orders behind the end")
    require(!shell.isOver || shell.machine.idleAfterClientEnd() == .none, "orders behind the end")
    return 0
}
