/// Who reads a socket and hears of its fate. One at a time; `Socket.owner` may be changed while handing a socket over.
///
/// All calls come on the socket's loop. Any of them may close the socket.
public protocol SocketOwner: AnyObject {
    /// Bytes, the peer's end or an error wait to be read. One read per call is enough: the loop calls again while more waits.
    func socketReadable(_ socket: Socket)

    /// The kernel took less than was written: the rest is queued. Stop producing until `socketDrained`.
    func socketBlocked(_ socket: Socket)

    /// Everything queued has gone to the kernel after the socket had been blocked.
    func socketDrained(_ socket: Socket)

    /// A dialled socket is connected.
    func socketConnected(_ socket: Socket)

    /// Connecting or writing failed; queued output is lost. What the peer sent before may still be readable.
    func socketFailed(_ socket: Socket, _ error: Errno)
}

extension SocketOwner {
    public func socketConnected(_ socket: Socket) {}
}
