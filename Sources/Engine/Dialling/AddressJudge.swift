/// Decides which addresses one request's connection may lead to.
///
/// Asked for every address right before it is dialled, for the address that a new socket turns out to be connected to, and for
/// that of a socket which another request had opened. So there is no moment in which a name can change its meaning.
///
/// Answers for as long as anyone holds it, and always by the same request's rights: a dial may outlive the request that it was
/// begun for. What it has said of an address holds for as long as it is held, so it need not be asked twice. It must not be an
/// object that later serves a request with other rights.
public protocol AddressJudge: AnyObject {
    /// May a connection go to `address`, port included? To be answered at once, on the loop of whoever asks.
    func mayDial(_ address: SocketAddress) -> Bool
}
