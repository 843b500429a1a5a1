/// Why no address could be connected to.
public struct DialFailure: Error, Equatable, Sendable {
    /// The errno of the most telling attempt: a refusal is worth more than a time-out, a time-out more than no route.
    public let errno: Errno
    /// The address that gave it.
    public let address: SocketAddress?

    /// A failure with this errno at this address, if it came to an address at all.
    public init(errno: Errno, address: SocketAddress?) {
        self.errno = errno
        self.address = address
    }

    /// How much an attempt's errno says of why there is no connection: the higher, the more.
    static func weight(of errno: Errno) -> Int {
        switch errno {
        case .connectionRefused, .connectionReset: 3
        case .tooManyFilesInProcess, .tooManyFilesInSystem: 2
        case .timedOut: 1
        default: 0
        }
    }
}
