import FuzzSupport
import WireChecks

/// Heads of requests: see `HeadCheck`.
@main
enum FuzzRequestHead {
    static func main() { Fuzzer.run(testOneInput) }
}

/// One input. `HeadCheck` says how it is read.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    HeadCheck.run(.request, FuzzInput(start, count))
    return 0
}
