/// Who waits for a dial.
public protocol DialOwner: AnyObject {
    /// May this address be dialled? Asked right before, and once more for the address of the socket that is connected.
    func dial(_ dial: Dial, mayDial address: SocketAddress) -> Bool
    /// Connected: the socket is the owner's now and has no owner of its own yet.
    func dial(_ dial: Dial, connected socket: Socket)
    /// Every address failed or was denied, the deadline passed, or the connection leads elsewhere. Never `.resolve`.
    func dial(_ dial: Dial, failed failure: ConnectFailure)
}
