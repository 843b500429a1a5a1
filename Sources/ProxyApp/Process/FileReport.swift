import Glibc

/// A file or folder that others could use against the proxy.
struct GuardedFile: Equatable, Sendable {
    enum Role: Equatable, Sendable {
        /// Decides what the proxy does: who can write it decides instead.
        case configuration
        /// Holds secrets: who can read it has them.
        case credentials
        /// The folder of a unix socket: who can write it can put another socket there.
        case socketFolder
    }

    let path: String
    let role: Role
    /// It is read again while the proxy runs, and so by whom the process became.
    var isReloaded = false
}

/// Says which files have permissions that let in too many.
///
/// A pure judgement; `look` brings the facts. Files that are not there are nobody's matter here: whoever opens them says so.
enum FileReport {
    /// What stat(2) says.
    struct Facts: Equatable, Sendable {
        /// Permission bits.
        var mode: UInt32
        var owner: uid_t
        /// Permission bits of the folder it lies in.
        var folderMode: UInt32
    }

    /// One sentence for each thing that is wrong, with what to run. `user` is whom the proxy runs as.
    static func problems(of file: GuardedFile, _ facts: Facts, user: uid_t) -> [String] {
        var found: [String] = []
        if facts.owner != 0, facts.owner != user {
            found.append(
                "\(file.path) belongs to user \(facts.owner), who can change it; run: chown root \(quoted(file.path))")
        }
        // In a sticky folder nobody but the owner of a file can remove it.
        let isSticky = facts.mode & 0o1000 != 0
        switch file.role {
        case .socketFolder:
            if facts.mode & 0o022 != 0, !isSticky {
                found.append(
                    "\(file.path), the folder of a unix socket, can be written by \(people(facts.mode & 0o022)), who can put "
                        + "another socket in its place; run: chmod go-w \(quoted(file.path))")
            }
            return found
        case .configuration, .credentials:
            if facts.mode & 0o022 != 0 {
                found.append(
                    "\(file.path) can be written by \(people(facts.mode & 0o022)); run: chmod go-w \(quoted(file.path))"
                )
            }
        }
        // The group may be the one that the proxy runs in.
        if file.role == .credentials, facts.mode & 0o004 != 0 {
            found.append("\(file.path) holds secrets and can be read by everybody; run: chmod o= \(quoted(file.path))")
        }
        if facts.folderMode & 0o002 != 0, facts.folderMode & 0o1000 == 0 {
            found.append(
                "\(file.path) lies in a folder that everybody can write, and can be replaced; run: chmod o-w "
                    + quoted(folder(of: file.path)))
        }
        return found
    }

    /// Everything that is wrong with the files that are there. Blocks.
    static func look(at files: [GuardedFile], user: uid_t) -> [String] {
        files.flatMap { file in
            var status = stat()
            var folderStatus = stat()
            guard stat(file.path, &status) == 0, stat(folder(of: file.path), &folderStatus) == 0 else {
                return [String]()
            }
            // A pipe or a device, as `--config <(...)` makes one, has no permissions worth the name.
            guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return [] }
            return problems(
                of: file,
                Facts(
                    mode: UInt32(status.st_mode & 0o7777), owner: status.st_uid,
                    folderMode: UInt32(folderStatus.st_mode & 0o7777)), user: user)
        }
    }

    /// The reloaded files that this process, as it is now, may not read.
    static func unreadable(_ files: [GuardedFile]) -> [String] {
        files.filter { $0.isReloaded && access($0.path, R_OK) != 0 && errno == EACCES }.map(\.path)
    }

    private static func people(_ writeBits: UInt32) -> String {
        writeBits & 0o002 != 0 ? "everybody" : "its group"
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// For a shell, where it needs it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/._-+:@%".utf8.contains(byte)
        }
        return isPlain
            ? path : "'\(path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
