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
    /// One input in so many is played over TCP as well, which takes several times as long.
    static let tcpEvery = getenv("FUZZ_TCP_EVERY").flatMap { UInt64(String(cString: $0)) } ?? 64

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

    /// Is this one of the inputs for TCP? Decided by its bytes, so that a failure happens again.
    static func isForTCP(_ bytes: [UInt8]) -> Bool {
        guard tcpEvery > 1 else { return true }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash >> 32) % tcpEvery == 0
    }
}

/// One input: a script.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let bytes = input.rest()
    let script = Script(bytes)
    var comparison = Comparison(FuzzConnection.theRig().play(script, over: .pairs))
    comparison.check()
    if FuzzConnection.isForTCP(bytes) {
        comparison = Comparison(FuzzConnection.theRig().play(script, over: .tcp))
        comparison.check()
    }
    return 0
}
