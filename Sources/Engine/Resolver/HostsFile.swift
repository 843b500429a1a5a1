import CLinux
import Glibc

/// A hosts(5) file that is read anew when it changes.
///
/// Confined to one thread. The file is looked at (stat(2)) at most once a second, and only when a name is asked for.
struct HostsFile {
    /// More than this is not a hosts file; what is behind it is not read.
    static let maxBytes = 16 << 20
    private static let checkIntervalMs: UInt64 = 1_000

    /// What tells one state of the file from another.
    private struct Stamp: Equatable {
        var inode: UInt64
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private let path: String
    private var table = HostsTable()
    private var stamp: Stamp?
    private var nextCheckMs: UInt64 = 0

    init(path: String) { self.path = path }

    /// The addresses of `name` (canonical, no root dot) in the file's order; empty when it is not listed or the file is not
    /// there.
    mutating func addresses(of name: String, nowMs: UInt64) -> [SocketAddress] {
        if nowMs >= nextCheckMs {
            nextCheckMs = nowMs &+ Self.checkIntervalMs
            refresh()
        }
        return table.addresses(of: name)
    }

    private mutating func refresh() {
        let current = Self.stamp(of: path)
        guard current != stamp else { return }
        stamp = current
        table = current == nil ? HostsTable() : HostsTable(parsing: Self.contents(of: path))
    }

    private static func stamp(of path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Stamp(
            inode: UInt64(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    private static func contents(of path: String) -> [UInt8] {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return [] }
        let file = OwnedDescriptor(raw)
        var bytes: [UInt8] = []
        while bytes.count < maxBytes {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { target, count in
                count = max(0, read(file.raw, target.baseAddress, target.count))
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        return bytes
    }
}
