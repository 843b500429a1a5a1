/// One socket of a pair: a client's, or the origin's that serves only this client.
final class Side {
    let fd: CInt
    let isClient: Bool
    /// The pair is a cycle that `FloorRelay.close` breaks.
    var peer: Side?
    /// Is this pair a tunnel, in which request heads are not rewritten?
    var isTunnel = false
    /// An origin's socket whose client still waits for the answer to its CONNECT.
    var owesAnswer = false
    /// Does the kernel take bytes? False until a dial is done.
    var canWrite: Bool
    /// Did the last read leave something?
    var canRead = false
    /// Was the peer's end reported? Then a short read has not emptied the socket.
    var endSeen = false
    /// Bytes for this socket that the kernel did not take; its peer is not read meanwhile.
    var pending: [UInt8] = []
    /// The last read from this socket was long: splice the next.
    var isBulk = false
    /// Between the peer and this socket; made when the first bulk comes.
    var pipeReadEnd: CInt = -1
    var pipeWriteEnd: CInt = -1
    /// Bytes in the pipe.
    var held = 0

    init(fd: CInt, isClient: Bool) {
        self.fd = fd
        self.isClient = isClient
        canWrite = isClient
    }
}
