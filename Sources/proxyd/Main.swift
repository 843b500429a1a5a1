import ArgumentParser
import Glibc

/// The process's entry: parses the command line and runs what it names.
@main
enum Main {
    /// Status of a bad command line or configuration. Service managers are told not to restart on it.
    static let badInputStatus: Int32 = 2

    static func main() {
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
