import Engine
import Glibc

/// What becomes of an error that has no listener: it ends `HTTP.run`, which throws it. On a loop that is run in another way,
/// it is written to standard error.
final class UnhandledError {
    /// What `HTTP.run` throws.
    private(set) var first: (any Error)?
    private let end: () -> Void

    private init(end: @escaping () -> Void) { self.end = end }

    /// Watches over `loop` for `HTTP.run`; `end` is called for the first error.
    static func watch(_ loop: EventLoop, end: @escaping () -> Void) -> UnhandledError {
        loop.local(UnhandledError.self) { UnhandledError(end: end) }
    }

    /// Has the program on `loop` end with `error`.
    static func raise(_ error: any Error, on loop: EventLoop) {
        guard let watcher = loop.knownLocal(UnhandledError.self) else {
            let line = Array("unhandled error: \(error)\n".utf8)
            _ = Glibc.write(STDERR_FILENO, line, line.count)
            return
        }
        guard watcher.first == nil else { return }
        watcher.first = error
        watcher.end()
    }
}
