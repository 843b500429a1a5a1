import TestSupport

@testable import Engine

/// Owns a socket in a test: keeps what it hears, and everything that it reads.
final class SocketRecorder: SocketOwner {
    var received: [UInt8] = []
    var end: Socket.ReadResult?
    var blocked = 0
    var drained = 0
    var failures: [Errno] = []
    /// Whether readable sockets are read at all.
    var reads = true
    /// Runs after every event.
    var act: (SocketRecorder, Socket) -> Void = { _, _ in }

    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

    deinit { memory.deallocate() }

    func socketReadable(_ socket: Socket) {
        if reads {
            switch socket.read(into: memory) {
            case .bytes(let count): received += memory[..<count]
            case .wouldBlock: break
            case let end: self.end = end
            }
        }
        act(self, socket)
    }

    func socketBlocked(_ socket: Socket) {
        blocked += 1
        act(self, socket)
    }

    func socketDrained(_ socket: Socket) {
        drained += 1
        act(self, socket)
    }

    func socketFailed(_ socket: Socket, _ error: Errno) {
        failures.append(error)
        act(self, socket)
    }
}

extension Socket {
    func write(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { write($0) } }
}
