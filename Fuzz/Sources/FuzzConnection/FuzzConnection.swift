import FuzzSupport
import Glibc

/// The whole way from a client's bytes to the origin and back: see `Script`, `Rig` and `Comparison`.
@main
enum FuzzConnection {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        Fuzzer.run(testOneInput)
    }

    // SAFETY: libFuzzer calls from one thread.
    nonisolated(unsafe) private static var rig: Rig?

    /// Made with the first input: with -fork the parent never needs one.
    static func theRig() -> Rig {
        if let rig { return rig }
        do {
            let made = try Rig()
            rig = made
            return made
        } catch {
            failed("no loop, listener or resolver: \(error)")
        }
    }
}

/// One input: a script.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let outcome = FuzzConnection.theRig().play(Script(input.rest()))
    var comparison = Comparison(outcome)
    comparison.check()
    return 0
}
