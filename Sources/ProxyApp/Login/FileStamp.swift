import Glibc

/// By what a file is known to have changed, without reading it.
struct FileStamp: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modifiedS: Int
    private let modifiedNs: Int
    private let changedS: Int
    private let changedNs: Int

    /// The file that `path` leads to; nil when there is none, or none that can be seen.
    init?(path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        self.init(found)
    }

    /// An open file.
    init?(descriptor: CInt) {
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { return nil }
        self.init(found)
    }

    private init(_ found: stat) {
        device = UInt64(found.st_dev)
        inode = UInt64(found.st_ino)
        size = Int64(found.st_size)
        modifiedS = found.st_mtim.tv_sec
        modifiedNs = found.st_mtim.tv_nsec
        changedS = found.st_ctim.tv_sec
        changedNs = found.st_ctim.tv_nsec
    }
}
