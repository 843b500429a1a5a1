/// Writes the lines that frame chunks. RFC 9112 7.1.
public struct ChunkSizeLine {
    /// Longest line ``write(_:into:)`` can make: sixteen digits and CRLF.
    public static var maxBytes: Int { 18 }

    /// What follows the payload of every chunk but the last.
    public static var dataEnd: StaticString { "\r\n" }

    /// The last chunk with no trailers: it ends the body.
    public static var lastChunk: StaticString { "0\r\n\r\n" }

    /// The last chunk's line alone, for when trailers and an empty line follow.
    public static var lastChunkLine: StaticString { "0\r\n" }

    /// Writes `size` in lower-case hexadecimal and CRLF to the start of `buffer`; returns the
    /// number of bytes written. `buffer` must have room for ``maxBytes``. A `size` of 0 would end
    /// the body: it is a programming error here, use ``lastChunk``.
    public static func write(_ size: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        precondition(size > 0, "a chunk of \(size) bytes")
        var writer = HeadWriter(buffer)
        writer.append(hex: UInt64(size))
        writer.appendCRLF()
        precondition(!writer.overflowed, "no room for a chunk size line")
        return writer.count
    }
}
