import CLinux
import Glibc

/// A pipe for splice(2): the kernel buffer that bytes pass through between two sockets.
public struct SplicePipe {
    let readEnd: CInt
    let writeEnd: CInt
    /// Bytes that are in the pipe now. Whoever moves bytes keeps this exact.
    public internal(set) var held = 0

    func close() {
        _ = Glibc.close(readEnd)
        _ = Glibc.close(writeEnd)
    }
}

/// One loop's stock of empty pipes.
///
/// A flow holds a pipe only while bulk data is moving; an empty pipe comes back here. The kernel limits the pages that
/// a user may have in pipes (pipe-user-pages-soft): when a larger pipe is refused, the default size is kept.
public final class PipePool {
    /// Bytes asked for per pipe.
    public static let pipeBytes = 262_144
    /// Idle pipes kept, two descriptors each.
    public static let keptPipes = 16

    private var free: ContiguousArray<SplicePipe> = []

    /// Pipes in the hands of flows.
    public private(set) var inUse = 0

    deinit { for pipe in free { pipe.close() } }

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
        _ = clinux_set_pipe_size(ends.1, CInt(Self.pipeBytes))
        inUse += 1
        return SplicePipe(readEnd: ends.0, writeEnd: ends.1)
    }

    /// Takes a pipe back. One that still holds bytes (its flow was cut off) is closed, never reused.
    public func recycle(_ pipe: SplicePipe) {
        inUse -= 1
        if pipe.held == 0, free.count < Self.keptPipes {
            free.append(pipe)
        } else {
            pipe.close()
        }
    }
}
