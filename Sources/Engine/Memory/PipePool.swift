import CLinux
import Glibc
import Synchronization

/// A pipe for splice(2): the kernel buffer that bytes pass through between two sockets.
public struct SplicePipe {
    let readEnd: CInt
    let writeEnd: CInt
    /// Bytes that it was made for; the kernel may have room for less.
    let capacity: Int
    /// Bytes that are in the pipe now. Whoever moves bytes keeps this exact.
    public internal(set) var held = 0
}

/// One loop's stock of empty pipes.
///
/// A flow holds a pipe only while bulk data is moving; an empty pipe comes back here. The kernel limits the pages that
/// a user may have in pipes (pipe-user-pages-soft, 64 MiB as a rule), and beyond that gives pipes of two pages: so only the
/// first pipes of the process are wide. When a larger pipe is refused, the default size is kept.
public final class PipePool {
    /// Bytes of a wide pipe: as many as a socket's buffer has ready in a fast transfer, so that they move in one splice.
    static let wideBytes = 1 << 20
    /// Wide pipes of the process, over all its loops: half of what the kernel allows as a rule.
    static let mostWide = 32
    /// Bytes of any other pipe.
    static let narrowBytes = 256 << 10
    /// Idle pipes kept, two descriptors each.
    public static let keptPipes = 16

    private static let wide = Atomic<Int>(0)

    private var free: ContiguousArray<SplicePipe> = []

    /// Pipes in the hands of flows.
    public private(set) var inUse = 0

    deinit { for pipe in free { close(pipe) } }

    /// An empty pipe, or nil when the process or the system has no descriptors left: copy then.
    public func take() -> SplicePipe? {
        if let pipe = free.popLast() {
            inUse += 1
            return pipe
        }
        var ends: (CInt, CInt) = (-1, -1)
        let made = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: CInt.self, capacity: 2) { clinux_pipe($0) }
        }
        guard made == 0 else { return nil }
        inUse += 1
        return SplicePipe(readEnd: ends.0, writeEnd: ends.1, capacity: Self.widen(ends.1))
    }

    /// Gives a new pipe its size, and says which.
    private static func widen(_ end: CInt) -> Int {
        if wide.wrappingAdd(1, ordering: .relaxed).newValue <= mostWide, clinux_set_pipe_size(end, CInt(wideBytes)) > 0
        {
            return wideBytes
        }
        wide.wrappingSubtract(1, ordering: .relaxed)
        _ = clinux_set_pipe_size(end, CInt(narrowBytes))
        return narrowBytes
    }

    private func close(_ pipe: SplicePipe) {
        _ = Glibc.close(pipe.readEnd)
        _ = Glibc.close(pipe.writeEnd)
        if pipe.capacity == Self.wideBytes { Self.wide.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// Takes a pipe back. One that still holds bytes (its flow was cut off) is closed, never reused.
    public func recycle(_ pipe: SplicePipe) {
        inUse -= 1
        if pipe.held == 0, free.count < Self.keptPipes {
            free.append(pipe)
        } else {
            close(pipe)
        }
    }
}
