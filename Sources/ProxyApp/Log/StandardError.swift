import Glibc

/// Plain lines on standard error, for what scripts wait for and for what ends the process.
enum StandardError {
    /// Writes one line, unbuffered.
    static func line(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
