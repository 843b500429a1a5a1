import FuzzSupport
import WireChecks

/// Heads of responses: see `HeadCheck`.
@main
enum FuzzResponseHead {
    static func main() { Fuzzer.run(testOneInput) }
}

/// One input. `HeadCheck` says how it is read.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    HeadCheck.run(.response, FuzzInput(start, count))
    return 0
}
