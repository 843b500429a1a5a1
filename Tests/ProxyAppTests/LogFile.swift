import Engine
import Glibc

/// An empty file of a test's own, removed with this object.
final class LogFile {
    let path: String

    init() throws {
        var template = Array("/tmp/proxyd-log-XXXXXX".utf8CString)
        let fd = mkstemp(&template)
        guard fd >= 0 else { throw Errno(errno) }
        close(fd)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { unlink(path) }

    /// What is in it now.
    var bytes: [UInt8] {
        let fd = open(path, O_RDONLY)
        defer { close(fd) }
        var all: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(fd, &room, room.count)
            guard count > 0 else { return all }
            all += room[..<count]
        }
    }
}
