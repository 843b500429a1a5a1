import Glibc

/// Which of the lists' files have changed since they were read.
///
/// A change counts when a file has stayed as it is from one look to the next: one that is being written is not read half.
struct ListWatch {
    /// What tells one state of a file from another. A file that is not there has a state too.
    struct Mark: Equatable {
        var inode: UInt64 = 0
        var sizeBytes: Int64 = -1
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        /// Of its owner, permissions and name too: by these alone a file that could not be read can become one that can.
        var statusSeconds: Int64 = 0
        var statusNanoseconds: Int64 = 0
    }

    private let lists: [AccessList]
    /// When they were read.
    private var taken: [String: Mark]
    /// At the last look.
    private var seen: [String: Mark]

    /// The files are about to be read. `look` tells the state of a file.
    init(_ lists: [AccessList], _ look: (String) -> Mark) {
        self.lists = lists
        taken = Self.marks(lists, look)
        seen = taken
    }

    /// The lists that are to be read again, because a file of theirs has changed and settled.
    mutating func changed(_ look: (String) -> Mark) -> [AccessList] {
        let now = Self.marks(lists, look)
        let settled = now.filter { $0.value != taken[$0.key] && $0.value == seen[$0.key] }
        seen = now
        taken.merge(settled) { $1 }
        return lists.filter { list in list.files.contains { settled[$0] != nil } }
    }

    /// The state of a file now.
    static func mark(_ path: String) -> Mark {
        var status = stat()
        guard stat(path, &status) == 0 else { return Mark() }
        return Mark(
            inode: UInt64(status.st_ino), sizeBytes: Int64(status.st_size), seconds: Int64(status.st_mtim.tv_sec),
            nanoseconds: Int64(status.st_mtim.tv_nsec), statusSeconds: Int64(status.st_ctim.tv_sec),
            statusNanoseconds: Int64(status.st_ctim.tv_nsec))
    }

    private static func marks(_ lists: [AccessList], _ look: (String) -> Mark) -> [String: Mark] {
        var marks: [String: Mark] = [:]
        for path in lists.flatMap(\.files) where marks[path] == nil { marks[path] = look(path) }
        return marks
    }
}
