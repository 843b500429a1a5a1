/// Says how many bytes may move one way now: what shapes a connection to so many bytes in a second.
///
/// Asked before bytes are read, and told how many were. When it allows none, whoever made it has the flow run again as soon as
/// there are some. Confined to the loop of the sockets between which the bytes move.
public protocol FlowMeter: AnyObject {
    /// Bytes that may be moved now; 0 for none.
    func allowance() -> UInt64
    /// So many bytes were moved, perhaps more than allowed: what was read cannot be put back.
    func moved(_ count: UInt64)
}
