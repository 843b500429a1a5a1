import CRelay
import Glibc

/// The least that a relay in Swift can do: what it costs is the kernel's share of the work.
///
/// Every client has an origin socket of its own, so nothing needs to know where a message ends. The only change made is
/// to the request line, whose `http://authority` is cut out. It checks nothing: a head that comes in two reads, a name
/// instead of a port on this machine, or a half-close break it. It exists to be measured, not to be used.
final class FloorRelay {
    private static let blockBytes = 65_536
    private static let bulkBytes = 32_768

    private let listener: CInt
    private let epoll: CInt
    private var sides: [Side?] = Array(repeating: nil, count: 65_536)
    private let block = UnsafeMutableRawPointer.allocate(byteCount: blockBytes, alignment: 4096)

    /// Listens on the loopback `port`; nil when that is not possible.
    init?(port: CInt) {
        listener = crelay_listen(port)
        epoll = crelay_epoll()
        guard listener >= 0, epoll >= 0, crelay_watch(epoll, listener, 1) == 0 else { return nil }
    }

    func run() -> Never {
        let capacity = 256
        let events = UnsafeMutablePointer<crelay_event>.allocate(capacity: capacity)
        while true {
            let count = Int(crelay_wait(epoll, events, CInt(capacity)))
            var i = 0
            while i < count {
                let event = events[i]
                i += 1
                if event.fd == listener {
                    acceptAll()
                } else if let side = sides[Int(event.fd)] {
                    ready(side, event)
                }
            }
        }
    }

    private func acceptAll() {
        while true {
            let fd = crelay_accept(listener)
            guard fd >= 0 else { return }
            adopt(Side(fd: fd, isClient: true))
        }
    }

    private func adopt(_ side: Side) {
        guard Int(side.fd) < sides.count, crelay_watch(epoll, side.fd, 0) == 0 else {
            _ = Glibc.close(side.fd)
            return
        }
        sides[Int(side.fd)] = side
    }

    private func ready(_ side: Side, _ event: crelay_event) {
        if event.writable != 0, !side.canWrite {
            side.canWrite = true
            writable(side)
        }
        if event.ended != 0 { side.endSeen = true }
        if event.readable != 0 {
            side.canRead = true
            pump(side)
        }
    }

    private func writable(_ side: Side) {
        if side.owesAnswer, let client = side.peer {
            side.owesAnswer = false
            let answer: StaticString = "HTTP/1.1 200 Connection established\r\n\r\n"
            send(UnsafeRawPointer(answer.utf8Start), answer.utf8CodeUnitCount, to: client)
        }
        if !side.pending.isEmpty {
            let bytes = side.pending
            side.pending = []
            bytes.withUnsafeBytes { if let base = $0.baseAddress { send(base, $0.count, to: side) } }
        }
        if let peer = side.peer, peer.canRead { pump(peer) }
    }

    /// Reads until the socket is empty or its peer takes no more.
    private func pump(_ side: Side) {
        while side.canRead {
            if let sink = side.peer {
                guard drainPipe(into: sink), sink.canWrite, sink.pending.isEmpty else { return }
                if side.isBulk, openPipe(sink) {
                    guard splice(side, sink) else { return }
                    continue
                }
            }
            let count = recv(side.fd, block, Self.blockBytes, 0)
            if count < 0 {
                if errno != EAGAIN { return close(side) }
                side.canRead = false
            } else if count == 0 {
                return close(side)
            } else {
                if count < Self.blockBytes, !side.endSeen { side.canRead = false }
                side.isBulk = count >= Self.bulkBytes
                deliver(count, from: side)
            }
        }
    }

    private func deliver(_ count: Int, from side: Side) {
        guard side.isClient, !side.isTunnel else {
            if let sink = side.peer { send(block, count, to: sink) }
            return
        }
        guard let head = RequestLine(UnsafeRawBufferPointer(start: block, count: count)) else { return close(side) }
        if side.peer == nil {
            let fd = crelay_dial(CInt(head.port))
            guard fd >= 0 else { return close(side) }
            let origin = Side(fd: fd, isClient: false)
            origin.peer = side
            side.peer = origin
            side.isTunnel = head.isConnect
            origin.owesAnswer = head.isConnect
            adopt(origin)
        }
        guard let origin = side.peer, !head.isConnect else { return }
        // The method moves up to the path, over the authority.
        let start = head.pathStart - head.methodBytes
        memmove(block + start, block, head.methodBytes)
        send(block + start, count - start, to: origin)
    }

    private func send(_ bytes: UnsafeRawPointer, _ count: Int, to sink: Side) {
        var sent = 0
        while sink.canWrite, sent < count {
            let n = crelay_send(sink.fd, bytes + sent, count - sent)
            if n < 0 { sink.canWrite = false } else { sent += n }
        }
        if sent < count {
            sink.pending.append(contentsOf: UnsafeRawBufferPointer(start: bytes + sent, count: count - sent))
        }
    }

    // MARK: Bulk

    private func openPipe(_ sink: Side) -> Bool {
        if sink.pipeReadEnd >= 0 { return true }
        var ends: (CInt, CInt) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) {
            crelay_pipe($0.baseAddress?.assumingMemoryBound(to: CInt.self)) == 0
        }
        if made { (sink.pipeReadEnd, sink.pipeWriteEnd) = ends }
        return made
    }

    /// False when the pair is gone.
    private func splice(_ side: Side, _ sink: Side) -> Bool {
        let moved = crelay_splice(side.fd, sink.pipeWriteEnd, 1 << 20)
        if moved > 0 {
            sink.held += moved
            if moved < 4096 { side.isBulk = false }
        } else if moved < 0, errno == EAGAIN {
            side.canRead = false
        } else {
            close(side)
            return false
        }
        return true
    }

    private func drainPipe(into sink: Side) -> Bool {
        while sink.held > 0 {
            let moved = crelay_splice(sink.pipeReadEnd, sink.fd, sink.held)
            guard moved > 0 else {
                sink.canWrite = false
                return false
            }
            sink.held -= moved
        }
        return true
    }

    private func close(_ side: Side) {
        for gone in [side, side.peer] {
            guard let gone else { continue }
            gone.peer = nil
            gone.canRead = false
            sides[Int(gone.fd)] = nil
            _ = Glibc.close(gone.fd)
            if gone.pipeReadEnd >= 0 {
                _ = Glibc.close(gone.pipeReadEnd)
                _ = Glibc.close(gone.pipeWriteEnd)
            }
        }
    }
}
