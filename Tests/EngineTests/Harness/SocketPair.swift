import CLinux
import Engine
import Glibc
import TestSupport

/// Two connected descriptors, non-blocking, closed with the value unless they were given away.
final class SocketPair {
    private(set) var first: CInt
    private(set) var second: CInt

    init() throws {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno.last }
        first = ends[0]
        second = ends[1]
    }

    deinit {
        closeFirst()
        closeSecond()
    }

    /// The first end, which the caller must close from now on.
    func takeFirst() -> CInt {
        defer { first = -1 }
        return first
    }

    /// The second end, which the caller must close from now on.
    func takeSecond() -> CInt {
        defer { second = -1 }
        return second
    }

    func closeFirst() {
        if first >= 0 { close(first) }
        first = -1
    }

    func closeSecond() {
        if second >= 0 { close(second) }
        second = -1
    }
}
