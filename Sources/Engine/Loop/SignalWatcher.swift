import CLinux
import Glibc

/// Delivers signals as events of a loop.
///
/// To be made before any other thread exists: the signals are blocked in the calling thread, and threads inherit that.
public final class SignalWatcher: EventHandler {
    private let loop: EventLoop
    private let fd: CInt
    private let handler: (CInt) -> Void

    /// Watches `signals`. Throws the errno of signalfd or epoll_ctl.
    public init(loop: EventLoop, signals: [CInt], handler: @escaping (CInt) -> Void) throws(Errno) {
        self.loop = loop
        self.handler = handler
        fd = clinux_signal_descriptor(signals, CInt(signals.count))
        guard fd >= 0 else { throw Errno.last }
        super.init()
        try loop.register(self, fd: fd, for: .readable)
    }

    override public func ready(_ readiness: Readiness) {
        let signal = clinux_read_signal(fd)
        if signal > 0 { handler(signal) }
    }
}
