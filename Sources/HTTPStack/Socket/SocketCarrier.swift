import Engine

/// An HTTP connection as the owner of a socket that a program can see, by `message.socket`: what the program does to the socket
/// itself is the connection's to do.
protocol SocketCarrier: SocketOwner {
    /// Closes the socket at once, and tells whoever works with it.
    func destroySocket()
}
