import CLinux
import Glibc

/// A failed system call: its errno value.
///
/// Compared by value with the constants below; `description` is the text of strerror(3).
public struct Errno: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The number, one of the constants of errno.h.
    public let code: CInt

    /// The error of this number.
    public init(_ code: CInt) { self.code = code }

    /// The calling thread's errno. To be read right after the call that failed.
    public static var last: Errno { Errno(clinux_errno()) }

    /// EAGAIN: nothing to be done without waiting.
    public static let again = Errno(EAGAIN)
    /// EINTR: a signal came first.
    public static let interrupted = Errno(EINTR)
    /// EINPROGRESS: connecting goes on.
    public static let inProgress = Errno(EINPROGRESS)
    /// ECONNRESET: the peer sent RST.
    public static let connectionReset = Errno(ECONNRESET)
    /// ECONNREFUSED: nobody listens there.
    public static let connectionRefused = Errno(ECONNREFUSED)
    /// EPIPE: written to after the connection was lost or SHUT.
    public static let brokenPipe = Errno(EPIPE)
    /// ETIMEDOUT: the peer did not answer or acknowledge in time.
    public static let timedOut = Errno(ETIMEDOUT)
    /// EMFILE: the process has no descriptor left.
    public static let tooManyFilesInProcess = Errno(EMFILE)
    /// ENFILE: the machine has no descriptor left.
    public static let tooManyFilesInSystem = Errno(ENFILE)
    /// ENOBUFS: the kernel has no memory for the socket.
    public static let noBuffers = Errno(ENOBUFS)
    /// ENOMEM: the kernel has no memory.
    public static let noMemory = Errno(ENOMEM)
    /// EINVAL: the call made no sense to the kernel.
    public static let invalidArgument = Errno(EINVAL)
    /// ECONNABORTED: the connection was gone before it was accepted.
    public static let connectionAborted = Errno(ECONNABORTED)
    /// EADDRNOTAVAIL: the local address is not one of this machine, or has no port left.
    public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
    /// ENAMETOOLONG: a path does not fit a unix socket address.
    public static let nameTooLong = Errno(ENAMETOOLONG)

    /// Says nothing of one address, but that this machine cannot go to any of its kind: no route, IPv6 turned off, or not built.
    var concernsFamily: Bool { code == ENETUNREACH || code == EADDRNOTAVAIL || code == EAFNOSUPPORT }

    public var description: String { String(cString: strerror(code)) }
}
