import ArgumentParser
import Glibc

/// The process's entry: parses the command line and runs what it names.
@main
enum Main {
    /// Status of a bad command line or configuration. Service managers are told not to restart on it.
    static let badInputStatus: Int32 = 2

    static func main() {
        holdStandardDescriptors()
        do {
            var command = try Proxyd.parseAsRoot()
            try command.run()
        } catch {
            let status = Proxyd.exitCode(for: error)
            let message = Proxyd.fullMessage(for: error)
            if status == .success {
                print(message)
            } else if !message.isEmpty {
                Main.complain(message)
            }
            exit(status == .validationFailure ? badInputStatus : status.rawValue)
        }
    }

    /// Sees to it that 0, 1 and 2 are taken. Whoever starts a program may have closed them, and then log lines would be written
    /// to whatever has got the number: a loop's descriptor, or a client's socket.
    ///
    /// For reading, so that what is written there fails, and is counted as lost.
    private static func holdStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free, which is this one.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) {
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody is left to tell when standard error itself fails.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
