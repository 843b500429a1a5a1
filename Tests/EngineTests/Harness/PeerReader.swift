import CLinux
import Glibc
import TestSupport

@testable import Engine

/// The other end of a socket under test, on the same loop: reads at most `chunk` bytes a turn.
final class PeerReader: EventHandler {
    var received: ([UInt8]) -> Void = { _ in }
    var ended: () -> Void = {}

    private let loop: EventLoop
    private let fd: CInt
    private var buffer: [UInt8]

    init(_ loop: EventLoop, fd: CInt, chunk: Int) {
        self.loop = loop
        self.fd = fd
        buffer = [UInt8](repeating: 0, count: chunk)
    }

    func start() throws { try loop.register(self, fd: fd, for: .readable) }

    func stop() { loop.unregister(self, fd: fd, closing: false) }

    override func ready(_ readiness: Readiness) {
        let count = read(fd, &buffer, buffer.count)
        if count > 0 { return received(Array(buffer[0..<count])) }
        guard count == 0 else { return }
        stop()
        ended()
    }
}
