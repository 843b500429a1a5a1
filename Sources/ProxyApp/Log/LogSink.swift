import CLinux
import Engine
import Glibc
import Synchronization

/// Writes finished log lines to a descriptor on a thread of its own, so that a slow disk or a full pipe never stops a loop.
///
/// Loops hand over batches; what the descriptor cannot take in time is dropped whole lines at a time, and counted. A line that
/// it takes a part of stands alone: what follows begins a new one.
final class LogSink: Sendable {
    private struct State {
        var batches: [[UInt8]] = []
        var bytes = 0
        var lostLines: UInt64 = 0
        var isClosing = false
        var isDone = false
    }

    /// Bytes that may wait for the descriptor before lines are dropped.
    static let maxWaitingBytes = 8 << 20

    private let fd: CInt
    private let signal: CInt
    private let done: CInt
    private let state = Mutex(State())

    /// Opens `path` for appending (made with mode 640 when missing), or takes standard output when it is nil. Throws errno, and
    /// ENXIO for a named pipe that nobody reads.
    init(path: String?) throws(Errno) {
        if let path {
            // Without O_NONBLOCK such a pipe would hold the start for ever, deaf to signals. The thread may well wait.
            fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o640)
            guard fd >= 0, fcntl(fd, F_SETFL, O_APPEND) == 0 else { throw Errno.last }
        } else {
            fd = STDOUT_FILENO
        }
        signal = eventfd(0, Int32(EFD_CLOEXEC))
        done = eventfd(0, Int32(EFD_CLOEXEC))
        guard signal >= 0, done >= 0 else { throw Errno.last }
    }

    /// Makes the thread that writes; what was appended before waits for it. Once. Throws the errno of pthread_create.
    ///
    /// Apart from opening, which may take rights that the thread is not to have.
    func start() throws(Errno) {
        // Nobody joins it: a descriptor that takes nothing more must not hold up the end of the process.
        _ = try NamedThread("proxyd-log") { self.run() }
    }

    /// Lines dropped so far.
    var lostLines: UInt64 { state.withLock { $0.lostLines } }

    /// Takes whole lines over. Called from any loop.
    func append(_ batch: [UInt8]) {
        let accepted = state.withLock { state in
            guard state.bytes + batch.count <= Self.maxWaitingBytes, !state.isDone else {
                state.lostLines += UInt64(batch.reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) })
                return false
            }
            state.batches.append(batch)
            state.bytes += batch.count
            return true
        }
        if accepted { wake(signal) }
    }

    /// Writes what waits and ends the thread; returns after `timeoutMs` at the latest. To be called after `start`.
    func close(timeoutMs: CInt) {
        state.withLock { $0.isClosing = true }
        wake(signal)
        var waited = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
        _ = poll(&waited, 1, timeoutMs)
    }

    private func wake(_ descriptor: CInt) {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    private func run() {
        var ended = false
        var isCut = false
        while !ended {
            var count: UInt64 = 0
            _ = read(signal, &count, 8)
            var batches: [[UInt8]] = []
            (batches, ended) = state.withLock { state in
                let taken = state.batches
                state.batches = []
                return (taken, state.isClosing)
            }
            for batch in batches {
                batch.withUnsafeBytes { writeLines($0, &isCut) }
                state.withLock { $0.bytes -= batch.count }
            }
        }
        state.withLock { $0.isDone = true }
        wake(done)
    }

    /// Writes a batch. `isCut`: was a part of a line the last that the descriptor took?
    private func writeLines(_ lines: UnsafeRawBufferPointer, _ isCut: inout Bool) {
        if isCut {
            let lineEnd: StaticString = "\n"
            isCut = writeAll(UnsafeRawBufferPointer(start: lineEnd.utf8Start, count: 1)) == 0
            guard !isCut else { return lose(lines) }
        }
        let written = writeAll(lines)
        guard written < lines.count else { return }
        isCut = written > 0 && lines[written - 1] != 0x0a
        lose(UnsafeRawBufferPointer(rebasing: lines[written...]))
    }

    private func lose(_ rest: UnsafeRawBufferPointer) {
        let lines = UInt64(rest.reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) })
        state.withLock { $0.lostLines += lines }
    }

    /// Returns how many bytes the descriptor has taken, before it refused more.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        while count < bytes.count {
            let written = write(fd, UnsafeRawBufferPointer(rebasing: bytes[count...]).baseAddress, bytes.count - count)
            if written > 0 {
                count += written
                continue
            }
            if errno == EINTR { continue }
            guard errno == EAGAIN else { break }
            // Standard output may be somebody's non-blocking pipe.
            var ready = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
            _ = poll(&ready, 1, 1000)
        }
        return count
    }
}
