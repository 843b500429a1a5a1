/// A socket of c-ares on the event loop. c-ares opens and closes it; this only passes its readiness on.
final class AresSocket: EventHandler {
    private let fd: CInt
    /// Keeps the channel alive while it has a socket open.
    private let channel: AresChannel

    init(fd: CInt, channel: AresChannel) {
        self.fd = fd
        self.channel = channel
    }

    override func ready(_ readiness: Readiness) { channel.process(fd, readiness) }
}
