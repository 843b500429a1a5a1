import Glibc
import Synchronization

/// Standard error as the error log writes to it: a line that nobody takes is dropped, because loops write lines, and must not
/// wait for whoever reads them.
///
/// A pipe that is not read takes some lines, and would then hold each writer for ever, the one that is told to stop too. What
/// was dropped is counted, and told before the next line that is taken.
final class ErrorStream: TextOutputStream, Sendable {
    /// What a pipe that is ready takes without waiting: `PIPE_BUF`, pipe(7).
    private static let pieceBytes = 4096

    private let descriptor: CInt
    private let dropped = Mutex(0)

    /// A stream to a descriptor that stays open.
    init(_ descriptor: CInt = STDERR_FILENO) { self.descriptor = descriptor }

    /// Writes or drops a line, and returns at once. From any thread.
    func write(_ line: String) {
        dropped.withLock { dropped in
            if dropped > 0, put("proxyd: lines dropped here, because nobody read them: \(dropped)\n") { dropped = 0 }
            if dropped > 0 || !put(line) { dropped += 1 }
        }
    }

    /// False when not all of it was taken.
    private func put(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&asked, 1, 0) > 0 else { return false }
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceBytes))
                let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
