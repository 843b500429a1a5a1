import Engine
import Glibc
import TestSupport

/// An origin that does what a script says: accepts on a thread of its own, and plays each connection on another.
///
/// SAFETY: `@unchecked Sendable`: `players` is touched by the accepting thread alone, and by `end` after that has been joined.
final class ScriptedOrigin: @unchecked Sendable {
    /// The connection and its number, from 0. The connection is closed when the script returns.
    typealias Script = @Sendable (_ client: Peer, _ number: Int) -> Void

    let address: SocketAddress
    private let fd: CInt
    private var accepting: JoinableThread?
    private var players: [JoinableThread] = []
    private let accepted = Shared(0)

    init(_ script: @escaping Script) throws {
        let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard SocketAddress.ipv4(address: 0x7f00_0001, port: 0).withRaw({ bind(fd, $0, $1) }) == 0, listen(fd, 64) == 0,
            let address = Peer.localAddress(of: fd)
        else { throw Errno(errno) }
        self.fd = fd
        self.address = address
        accepting = JoinableThread { [unowned self] in
            while true {
                let raw = accept(fd, nil, nil)
                guard raw >= 0 else { return }
                let number = accepted.update { count in
                    count += 1
                    return count - 1
                }
                players.append(
                    JoinableThread {
                        let peer = Peer(raw)
                        script(peer, number)
                        peer.close()
                    })
            }
        }
    }

    /// An origin that answers each request of each connection with `answer`, until the client ends the connection.
    static func answering(_ answer: String) throws -> ScriptedOrigin {
        try ScriptedOrigin { client, _ in
            while client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") { client.send(answer) }
        }
    }

    /// An origin that sends `text` for the first request of each connection, no more, and keeps it until the client ends it.
    static func stopping(behind text: String) throws -> ScriptedOrigin {
        try ScriptedOrigin { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(text)
            _ = client.receive()
        }
    }

    /// Connections accepted so far.
    var connections: Int { accepted.value }

    /// Accepts no more and waits for the scripts.
    func end() {
        shutdown(fd, CInt(SHUT_RDWR))
        accepting?.join()
        for player in players { player.join() }
        close(fd)
    }
}
