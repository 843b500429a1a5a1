import Glibc
import Policy

/// Who can log in, and who is in which group: both files as they were at one moment.
struct LoginFiles: Sendable {
    let passwords: PasswordFile
    let groups: GroupFile
    /// By what a change of the files is seen: password file, group file.
    let stamps: [FileStamp?]

    /// Longest file read, in bytes. The largest password file that is accepted has some 10 MiB.
    static let limitBytes = 64 << 20
    /// Problems told of one file; the first ones tell what is wrong with the rest.
    private static let toldProblems = 20

    /// Reads the files that the settings name; nil when nobody has to log in. Blocks.
    ///
    /// All or nothing: one line that is not accepted refuses the file, because somebody may be missing in what is left.
    static func load(_ settings: Settings.Authentication) throws(ConfigProblems) -> LoginFiles? {
        guard let passwordPath = settings.passwordFile else { return nil }
        var problems: [ConfigProblem] = []
        var passwords: PasswordFile?
        var groups = GroupFile()
        var stamps: [FileStamp?] = []
        do throws(ConfigProblem) {
            let (bytes, stamp) = try contents(of: passwordPath)
            let file = bytes.withUnsafeBytes { PasswordFile(parsing: $0) }
            stamps.append(stamp)
            passwords = file
            problems += file.problems.prefix(toldProblems).map { problem(passwordPath, $0.line, $0.what, $0.fix) }
            if file.problems.isEmpty, file.count == 0 {
                throw ConfigProblem(
                    place: .wholeFile(name: passwordPath), what: "has no user, so nobody can log in",
                    fix: "add one with `htpasswd -B \(passwordPath) NAME`")
            }
        } catch { problems.append(error) }
        if let groupPath = settings.groupFile {
            do throws(ConfigProblems) {
                let (file, stamp) = try Self.groups(at: groupPath)
                groups = file
                stamps.append(stamp)
            } catch { problems += error.all }
        }
        guard problems.isEmpty, let passwords else { throw ConfigProblems(problems) }
        return LoginFiles(passwords: passwords, groups: groups, stamps: stamps)
    }

    /// Reads a group file alone. Blocks. Throws every problem of its, up to a number.
    static func groups(at path: String) throws(ConfigProblems) -> (file: GroupFile, stamp: FileStamp?) {
        let (bytes, stamp): ([UInt8], FileStamp?)
        do throws(ConfigProblem) { (bytes, stamp) = try contents(of: path) } catch { throw ConfigProblems([error]) }
        let file = bytes.withUnsafeBytes { GroupFile(parsing: $0) }
        guard file.problems.isEmpty else {
            throw ConfigProblems(file.problems.prefix(toldProblems).map { problem(path, $0.line, $0.what, $0.fix) })
        }
        return (file, stamp)
    }

    /// The stamps of the files as they are now, in the order of ``stamps``.
    static func currentStamps(_ settings: Settings.Authentication) -> [FileStamp?] {
        [settings.passwordFile, settings.groupFile].compactMap { $0 }.map { FileStamp(path: $0) }
    }

    private static func problem(_ path: String, _ line: Int, _ what: String, _ fix: String) -> ConfigProblem {
        ConfigProblem(place: .file(name: path, line: line, column: 1), what: what, fix: fix)
    }

    /// A regular file's bytes, and the stamp that it had before they were read.
    private static func contents(of path: String) throws(ConfigProblem) -> ([UInt8], FileStamp?) {
        func unreadable(_ reason: String) -> ConfigProblem {
            ConfigProblem(
                place: .wholeFile(name: path), what: "cannot be read: \(reason)",
                fix: "name a file that exists and that this user may read")
        }
        func lastError() -> ConfigProblem {
            unreadable(strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
        }
        // A pipe that nobody writes to would hold the start for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw lastError() }
        defer { close(file) }
        var found = stat()
        guard fstat(file, &found) == 0 else { throw lastError() }
        guard found.st_mode & S_IFMT == S_IFREG else { throw unreadable("it is no regular file") }
        guard found.st_size <= limitBytes else { throw unreadable("it is longer than \(SizeText.write(limitBytes))") }
        let stamp = FileStamp(descriptor: file)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(found.st_size))
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(file, &block, block.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw lastError()
            }
            if count == 0 { return (bytes, stamp) }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= limitBytes else {
                throw unreadable("it is longer than \(SizeText.write(limitBytes))")
            }
        }
    }
}
