import CLinux
import Glibc

/// A failed system call: its errno value.
///
/// Compared by value with the constants below; `description` is the text of strerror(3).
public struct Errno: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
    public let code: CInt

    public init(_ code: CInt) { self.code = code }

    /// The calling thread's errno. To be read right after the call that failed.
    public static var last: Errno { Errno(clinux_errno()) }

    public static let again = Errno(EAGAIN)
    public static let interrupted = Errno(EINTR)
    public static let inProgress = Errno(EINPROGRESS)
    public static let connectionReset = Errno(ECONNRESET)
    public static let connectionRefused = Errno(ECONNREFUSED)
    public static let brokenPipe = Errno(EPIPE)
    public static let timedOut = Errno(ETIMEDOUT)
    public static let tooManyFilesInProcess = Errno(EMFILE)
    public static let tooManyFilesInSystem = Errno(ENFILE)
    public static let noBuffers = Errno(ENOBUFS)
    public static let noMemory = Errno(ENOMEM)
    public static let invalidArgument = Errno(EINVAL)
    public static let connectionAborted = Errno(ECONNABORTED)
    public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
    public static let nameTooLong = Errno(ENAMETOOLONG)

    public var description: String { String(cString: strerror(code)) }
}
