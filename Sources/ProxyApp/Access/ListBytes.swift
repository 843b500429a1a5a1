import Engine
import Glibc

/// The bytes of a file, read whole. A copy, not a mapping: a file that is truncated while it is read must not end the process.
struct ListBytes {
    private let bytes: [UInt8]

    /// Largest file that is read.
    static let limitBytes = 2 << 30

    /// Reads the file at `path`. Throws one line that says what was wrong.
    init(_ path: String) throws(ListFailure) { bytes = try Self.contents(path) }

    private static func contents(_ path: String) throws(ListFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ListFailure(description: "\(path): not a file") }
        guard status.st_size <= limitBytes else {
            throw ListFailure(description: "\(path): longer than \(limitBytes) bytes")
        }
        let size = Int(status.st_size)
        var problem: ListFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            while count < size {
                let got = read(file, room.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { problem = failure(path) }
                if got <= 0 { break }
                count += got
            }
        }
        if let problem { throw problem }
        return bytes
    }

    /// Calls `body` with the bytes, which are borrowed for the call.
    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }

    private static func failure(_ path: String) -> ListFailure {
        ListFailure(description: "\(path): cannot be read: \(Errno.last)")
    }
}
