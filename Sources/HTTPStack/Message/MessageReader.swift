import Engine
import HTTPWire

/// Reads one message after another from a socket's bytes: head, body, trailers. Used for both roles.
///
/// Pulled: `fill` reads once, `next` hands out what those bytes hold, and stops when the caller does. Holds a block only
/// while it holds bytes.
struct MessageReader {
    /// What the bytes hold next.
    enum Event {
        /// Nothing complete: `fill` first.
        case needMore
        /// The head is in the message given; its bytes are borrowed until the next `fill`.
        case head
        /// Payload, borrowed until the next call of any method.
        case data(UnsafeRawBufferPointer)
        /// EOI. The trailers, if there are any, are in the message.
        case end
    }

    /// What is wrong with the peer's bytes.
    enum Failure: Error {
        case head(HeadError)
        case chunk(ChunkError)
        case trailer(HeadError)

        /// One sentence for whoever sent the message.
        var reason: StaticString {
            switch self {
            case .head(let error), .trailer(let error): error.reason
            case .chunk(let error): error.reason
            }
        }
    }

    private enum Phase: UInt8 {
        /// Before or inside a head. On its last byte: waits for `begin(body:)`.
        case head
        /// `length` payload bytes to come.
        case length
        case chunks
        case trailers
        /// Payload until EOS.
        case untilClose
        /// EOI was reported or is due; only `expectHead` leads on.
        case ended
    }

    private var phase = Phase.head
    private var isEndDue = false
    private var parser: HeadParser
    private var trailerParser = HeadParser(kind: .trailers)
    private var chunks = ChunkedDecoder()
    private var block: Block?

    /// Payload bytes still to come of a sized body.
    private(set) var remaining: Int64 = 0

    init(kind: HeadParser.Kind) { parser = HeadParser(kind: kind) }

    /// Are there bytes that have not been handed out?
    var hasBytes: Bool { block != nil }
    /// Was everything that was read handed out?
    var isDrained: Bool { block.map { $0.start == $0.end } ?? true }
    /// Is there nothing but empty lines, as some clients send behind a body? They are no part of a request. RFC 9112 2.2.
    var isBlank: Bool {
        block.map { $0.end - $0.start <= 4 && $0.filled.allSatisfy { $0 == 0x0d || $0 == 0x0a } } ?? true
    }
    /// Those bytes.
    var bytes: UnsafeRawBufferPointer { block?.filled ?? UnsafeRawBufferPointer(start: nil, count: 0) }
    /// Is a sized body under way?
    var isSized: Bool { phase == .length }
    /// Is the body delimited by EOS?
    var isUntilClose: Bool { phase == .untilClose }
    /// Is there no room for another read before the caller takes bytes?
    var isFull: Bool { block.map { $0.end - $0.start == Block.capacity } ?? false }

    // MARK: Filling

    /// Reads once from the socket. Not when `isFull`.
    mutating func fill(_ socket: Socket) -> Socket.ReadResult {
        let block = self.block ?? socket.buffers.take()
        self.block = block
        // A head must lie in one piece, and a read into a few bytes of room is a wasted call.
        if block.room.count < Block.capacity / 4 { block.compact() }
        let result = socket.read(into: block.room)
        if case .bytes(let count) = result { block.end += count } else { releaseIfEmpty(socket.loop) }
        return result
    }

    /// Gives the block back when everything in it was handed out.
    mutating func releaseIfEmpty(_ loop: EventLoop) {
        guard let block, block.start == block.end else { return }
        loop.buffers.recycle(block)
        self.block = nil
    }

    /// Drops everything, for the connection's end.
    mutating func discard(_ loop: EventLoop) {
        if let block { loop.buffers.recycle(block) }
        block = nil
        reset()
    }

    // MARK: Handing out

    /// Expects the head of the next message.
    mutating func expectHead() {
        phase = .head
        isEndDue = false
        parser.reset()
    }

    /// The head was taken: its body is framed like this.
    mutating func begin(body: BodyFraming) {
        isEndDue = false
        switch body {
        case .none:
            phase = .ended
            isEndDue = true
        case .length(let count):
            remaining = count
            phase = count > 0 ? .length : .ended
            isEndDue = count == 0
        case .chunked:
            chunks.reset()
            phase = .chunks
        case .untilClose: phase = .untilClose
        }
    }

    /// Payload bytes of a sized body that went past this reader, by splice. They may still be in the pipe: the body is
    /// complete only with `skippedAll`.
    mutating func skip(_ count: Int64) { remaining -= count }

    /// The last of a spliced body has reached its sink: EOI.
    mutating func skippedAll() {
        phase = .ended
        isEndDue = true
    }

    /// EOS: true when that ends the message properly.
    mutating func endOfStream() -> Bool {
        guard phase == .untilClose else { return false }
        phase = .ended
        isEndDue = true
        return true
    }

    /// What comes next. A head and trailers go into the message; payload does not.
    mutating func next(into message: IncomingMessage) throws(Failure) -> Event {
        while true {
            if isEndDue {
                isEndDue = false
                return .end
            }
            guard let block, block.end > block.start else { return .needMore }
            let bytes = block.filled
            switch phase {
            case .head: return try nextHead(bytes, block, into: message.head)
            case .length:
                let count = Int(min(Int64(bytes.count), remaining))
                block.start += count
                remaining -= Int64(count)
                if remaining == 0 {
                    phase = .ended
                    isEndDue = true
                }
                return .data(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            case .untilClose:
                block.start = block.end
                return .data(bytes)
            case .chunks:
                switch try nextChunk(bytes) {
                case .data(let range):
                    block.start += range.upperBound
                    return .data(UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .needMore(let consumed):
                    block.start += consumed
                    return .needMore
                case .trailers(let consumed):
                    block.start += consumed
                    trailerParser.reset()
                    phase = .trailers
                }
            case .trailers:
                // No trailers, as with almost every message: nobody has to make a head for them.
                if bytes[0] == 0x0d, bytes.count == 1 { return .needMore }
                if bytes[0] == 0x0d, bytes[1] == 0x0a {
                    block.start += 2
                    phase = .ended
                    isEndDue = true
                    continue
                }
                let target = message.madeTrailerHead
                guard case .complete(let count) = try parseTrailers(bytes, into: target) else { return .needMore }
                if target.fieldCount > 0 { target.adopt() }
                block.start += count
                phase = .ended
                isEndDue = true
            case .ended: return .needMore
            }
        }
    }

    private mutating func nextHead(_ bytes: UnsafeRawBufferPointer, _ block: Block, into head: MessageHead)
        throws(Failure)
        -> Event
    {
        do {
            guard case .complete(let count) = try parser.parse(bytes, into: head) else { return .needMore }
            block.start += count
            return .head
        } catch {
            throw .head(error)
        }
    }

    private mutating func nextChunk(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> ChunkedDecoder.Step {
        do { return try chunks.next(bytes, from: 0) } catch { throw .chunk(error) }
    }

    private mutating func parseTrailers(_ bytes: UnsafeRawBufferPointer, into head: MessageHead) throws(Failure)
        -> HeadParser.Outcome
    {
        do { return try trailerParser.parse(bytes, into: head) } catch { throw .trailer(error) }
    }

    private mutating func reset() {
        phase = .head
        isEndDue = false
        remaining = 0
        parser.reset()
    }
}
