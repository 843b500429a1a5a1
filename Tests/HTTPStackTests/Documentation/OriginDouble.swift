import Engine
import HTTPStack
import TestSupport

/// An origin that says to each connection what it is told to: raw sockets on the loop of the test.
struct OriginDouble {
    let port: UInt16
    private let listener: Listener

    /// Calls `talk` with each connection. Does not keep the loop running.
    init(on loop: EventLoop, _ talk: @escaping (Socket) -> Void) throws {
        let listening = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        port = listening.address.port
        listener = try Listener(loop: loop, listening) { socket, _, _ in talk(socket) }
    }

    func close() { listener.close() }

    /// An origin that waits for the end of a head, and then calls `answer`, for each head.
    static func answering(
        on loop: EventLoop, _ answer: @escaping (Socket) -> Void
    ) throws -> OriginDouble {
        try OriginDouble(on: loop) { socket in
            var received: [UInt8] = []
            socket.onData = { bytes in
                received += bytes
                guard received.suffix(4) == [13, 10, 13, 10] else { return }
                received = []
                answer(socket)
            }
        }
    }
}
