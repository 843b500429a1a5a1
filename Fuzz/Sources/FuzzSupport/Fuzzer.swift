import CFuzzer
import Glibc

/// The bridge to libFuzzer.
public enum Fuzzer {
    /// Runs libFuzzer with this process's arguments; never returns. `test` gets each input, borrowed for the call, and
    /// traps when something does not hold: `require`.
    public static func run(_ test: @escaping @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
        var count = CommandLine.argc
        var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &values, test))
    }
}

/// Ends the process, and so reports the input at hand, unless `holds`.
@inline(__always)
public func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { failed(what()) }
}

/// Ends the process, and so reports the input at hand.
@inline(never)
public func failed(_ what: String) -> Never {
    let line = Array("\nviolated: \(what)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}

/// Bytes for a message: quoted, with escapes for all that is not visible ASCII.
public func quoted<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> String {
    var text = "\""
    for byte in bytes {
        switch byte {
        case 0x0d: text += "\\r"
        case 0x0a: text += "\\n"
        case 0x22, 0x5c: text += "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7e: text += String(UnicodeScalar(byte))
        default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    return text + "\""
}
