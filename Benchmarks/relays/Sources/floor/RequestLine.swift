/// Where the pieces of `GET http://127.0.0.1:PORT/path` or `CONNECT 127.0.0.1:PORT` are.
struct RequestLine {
    let isConnect: Bool
    /// Method and the space behind it.
    let methodBytes: Int
    let port: Int
    /// Index of the path's slash; of no meaning for CONNECT.
    let pathStart: Int

    /// Nil when there is no port on the line.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 16, let space = bytes.prefix(16).firstIndex(of: 0x20) else { return nil }
        methodBytes = space + 1
        isConnect = space == 7
        // Behind `http://`, or at once.
        var i = methodBytes + (isConnect ? 0 : 7)
        while i < bytes.count, bytes[i] != 0x3A { i += 1 }
        i += 1
        var number = 0
        while i < bytes.count, bytes[i] >= 0x30, bytes[i] <= 0x39, number < 65_536 {
            number = number * 10 + Int(bytes[i] - 0x30)
            i += 1
        }
        guard number > 0, number < 65_536 else { return nil }
        port = number
        pathStart = i
    }
}
