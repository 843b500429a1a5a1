import FuzzSupport
import HTTPWire

/// Chunked bodies against the reference, whole and cut up.
@main
enum FuzzChunked {
    static func main() { Fuzzer.run(testOneInput) }

    enum End: Equatable {
        case needMore
        case trailers(consumed: Int)
        case failed(ChunkError)
    }

    /// What the decoder makes of `bytes` when it is shown `pieceBytes` at a time, and skips payload now and then as a splice does.
    static func decode(_ bytes: [UInt8], pieceBytes: Int, skips: Bool) -> (payload: [UInt8], end: End) {
        var decoder = ChunkedDecoder()
        var payload: [UInt8] = []
        var at = 0
        // Only behind a piece of payload is what remains payload too: inside a size line the count is not complete.
        var isInPayload = false
        while true {
            let end = min(at + pieceBytes, bytes.count)
            // Memory that ends with the piece, for the address sanitizer to watch.
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: end - at, alignment: 1)
            defer { piece.deallocate() }
            piece.copyBytes(from: bytes[at..<end])
            var offset = 0
            pieces: while true {
                do throws(ChunkError) {
                    switch try decoder.next(UnsafeRawBufferPointer(piece), from: offset) {
                    case .data(let range):
                        require(range.lowerBound >= offset && !range.isEmpty, "payload at \(range), before \(offset)")
                        payload += piece[range]
                        isInPayload = true
                        offset = range.upperBound
                    case .needMore(let consumed):
                        require(consumed == piece.count, "\(consumed) of \(piece.count) bytes used")
                        isInPayload = isInPayload && offset == consumed
                        break pieces
                    case .trailers(let consumed): return (payload, .trailers(consumed: at + consumed))
                    }
                } catch {
                    return (payload, .failed(error))
                }
            }
            at = end
            if skips, isInPayload, decoder.payloadRemaining > 0, at < bytes.count {
                let count = Int(min(decoder.payloadRemaining, Int64(bytes.count - at)))
                decoder.skipPayload(Int64(count))
                payload += bytes[at..<at + count]
                at += count
            }
            if at == bytes.count { return (payload, .needMore) }
        }
    }

    /// Frames `payload` in chunks of `size` and decodes it again.
    static func encode(_ payload: [UInt8], size: Int) {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: payload.count, by: size) {
            let chunk = payload[start..<min(start + size, payload.count)]
            withUnsafeTemporaryAllocation(byteCount: ChunkSizeLine.maxBytes, alignment: 1) { room in
                bytes += room[..<ChunkSizeLine.write(chunk.count, into: room)]
            }
            bytes += chunk + [0x0d, 0x0a]
        }
        bytes += Array("0\r\n".utf8)
        let decoded = decode(bytes, pieceBytes: bytes.count, skips: false)
        require(decoded.payload == payload && decoded.end == .trailers(consumed: bytes.count), "framed: \(decoded.end)")
    }
}

/// One input: a byte for the size of the pieces, then the body.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choice = input.byte()
    let bytes = input.rest()
    let whole = FuzzChunked.decode(bytes, pieceBytes: max(1, bytes.count), skips: false)
    let split = FuzzChunked.decode(bytes, pieceBytes: Int(choice >> 1) + 1, skips: choice & 1 == 1)
    require(split.end == whole.end, "in pieces: \(split.end), whole: \(whole.end)")
    require(split.payload == whole.payload, "in pieces: other payload")
    let reference = ReferenceBody.chunked(bytes[...], withTrailers: false)
    require(reference.payload.starts(with: whole.payload), "payload \(quoted(whole.payload))")
    switch (whole.end, reference.state) {
    case (.trailers(let consumed), .complete(let end)):
        require(consumed == end, "\(consumed) bytes, not \(end)")
        require(whole.payload == reference.payload, "payload \(quoted(whole.payload))")
        FuzzChunked.encode(whole.payload, size: Int(choice >> 3) + 1)
    case (.needMore, .incomplete):
        require(whole.payload == reference.payload, "payload \(quoted(whole.payload))")
    case (.failed, .illegal), (.failed, .incomplete): break
    default: failed("\(whole.end), but the reference says \(reference.state)")
    }
    return 0
}
