import CLinux
import Engine
import Glibc
import Synchronization
import TestSupport

/// A DNS server on a loopback port that answers as the test says and remembers what it was asked.
final class ScriptedDNS: Sendable {
    typealias Script = @Sendable (_ name: String, _ type: DNSType) -> DNSReply

    let address: SocketAddress
    private let fd: CInt
    private let asked: Shared<[DNSMessage.Question]>
    private let thread: JoinableThread

    init(_ script: @escaping Script) throws {
        let fd = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { throw Errno.last }
        let any = SocketAddress.ipv4(address: 0x7f00_0001, port: 0)
        guard any.withRaw({ bind(fd, $0, $1) }) == 0 else { throw Errno.last }
        self.fd = fd
        address = Self.localAddress(of: fd)
        let asked = Shared<[DNSMessage.Question]>([])
        self.asked = asked
        thread = JoinableThread { Self.serve(fd, asked, script) }
    }

    /// The questions so far, in the order in which they came.
    var questions: [DNSMessage.Question] { asked.value }

    /// How many sockets of this machine are connected to this server now.
    var clientSockets: Int {
        var count = 0
        let port = String(address.port, radix: 16, uppercase: true)
        let wanted = "0100007F:" + String(repeating: "0", count: 4 - port.count) + port
        guard let file = fopen("/proc/net/udp", "r") else { return -1 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let fields = text.split(separator: " ")
            if fields.count > 2, fields[2] == wanted { count += 1 }
        }
        return count
    }

    /// Ends the server's thread: an empty datagram is its sign.
    func end() {
        _ = address.withRaw { sendto(fd, nil, 0, 0, $0, $1) }
        thread.join()
        close(fd)
    }

    private static func localAddress(of fd: CInt) -> SocketAddress {
        var raw = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &raw) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(fd, $0, &length)
                return SocketAddress($0) ?? .ipv4(address: 0, port: 0)
            }
        }
    }

    private static func serve(_ fd: CInt, _ asked: Shared<[DNSMessage.Question]>, _ script: Script) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var sender = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let ended = withUnsafeMutablePointer(to: &sender) { sender in
                sender.withMemoryRebound(to: sockaddr.self, capacity: 1) { sender in
                    let count = recvfrom(fd, &buffer, buffer.count, 0, sender, &length)
                    if count <= 0 { return true }
                    let query = Array(buffer[0..<count])
                    guard let (question, end) = DNSMessage.question(of: query) else { return false }
                    asked.update { $0.append(question) }
                    let reply = DNSType(rawValue: question.type).map { script(question.name, $0) } ?? .code(4)
                    if let answer = DNSMessage.answer(query, questionEnd: end, reply) {
                        _ = sendto(fd, answer, answer.count, 0, sender, length)
                    }
                    return false
                }
            }
            if ended { return }
        }
    }
}
