import NIOCore
import NIOTunnel

/// The first line of `GET http://127.0.0.1:PORT/path` or `CONNECT 127.0.0.1:PORT`, as far as a relay needs it.
struct RequestLine {
    let isConnect: Bool
    let port: Int

    /// Nil when the line names no port.
    init?(_ buffer: ByteBuffer) {
        let view = buffer.readableBytesView
        guard let space = view.prefix(16).firstIndex(of: 0x20) else { return nil }
        isConnect = space - view.startIndex == 7
        let authority = view[(space + (isConnect ? 1 : 8))...].prefix { $0 != 0x20 && $0 != 0x2F }
        guard let port = portOfAuthority(String(decoding: authority, as: UTF8.self)) else { return nil }
        self.port = port
    }

    /// Cuts `http://authority` out of a request; false when it is not there.
    static func makeOriginForm(_ buffer: inout ByteBuffer) -> Bool {
        let base = buffer.readerIndex
        let places: (method: Int, path: Int)? = buffer.withUnsafeReadableBytes { bytes in
            guard let space = bytes.prefix(16).firstIndex(of: 0x20), bytes.count > space + 8 else { return nil }
            guard let path = bytes[(space + 8)...].firstIndex(of: 0x2F) else { return nil }
            return (space + 1, path)
        }
        guard let places, let method = buffer.getSlice(at: base, length: places.method) else { return false }
        // The method moves up to the path, over the authority.
        buffer.moveReaderIndex(to: base + places.path - places.method)
        buffer.setBuffer(method, at: buffer.readerIndex)
        return true
    }
}
