import Glibc

/// Reads configuration files.
///
/// Nothing is guessed: a key or value that is not understood is a problem, and all problems are reported together.
/// Only a YAML syntax error stands alone, because nothing after it can be trusted.
public enum ConfigFile {
    /// Longest file read, in bytes: a real one has a few KiB, and this is no place for somebody's disk image.
    static let limitBytes = 1 << 20

    /// The settings of the file at `path` with `overrides` put over them.
    ///
    /// Blocks; call it before loops run. `toStart` also asks for what a proxy needs that is to be started: to know whom it
    /// serves. Throws every problem found; one about the file itself carries errno's text.
    public static func load(
        _ path: String, overrides: ConfigOverrides = ConfigOverrides(), toStart: Bool = false
    ) throws(ConfigProblems) -> Settings {
        let text: String
        do throws(ConfigProblem) {
            text = try contents(of: path)
        } catch {
            throw ConfigProblems([error])
        }
        return try parse(text, name: path, overrides: overrides, toStart: toStart)
    }

    /// The settings of `text` with `overrides` put over them. `name` is what problems call the file.
    ///
    /// Empty text gives the defaults. Throws every problem found.
    public static func parse(
        _ text: String, name: String, overrides: ConfigOverrides = ConfigOverrides(), toStart: Bool = false
    ) throws(ConfigProblems) -> Settings {
        var draft = ConfigDraft(name: name)
        do throws(ConfigProblem) {
            draft.read(try YAMLReader.read(text, name: name))
        } catch {
            throw ConfigProblems([error])
        }
        draft.apply(overrides)
        return try draft.finished(toStart: toStart)
    }

    /// The defaults with `overrides` put over them: what runs without a file.
    public static func defaults(
        overrides: ConfigOverrides = ConfigOverrides(), toStart: Bool = false
    ) throws(ConfigProblems) -> Settings {
        var draft = ConfigDraft(name: "")
        draft.apply(overrides)
        return try draft.finished(toStart: toStart)
    }

    // MARK: - The file itself

    private static func contents(of path: String) throws(ConfigProblem) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { throw unreadable(path, errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(file, &block, block.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path, errno)
            }
            if count == 0 { break }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= limitBytes else {
                throw ConfigProblem(
                    place: .wholeFile(name: path), what: "longer than \(SizeText.write(limitBytes))",
                    fix: "name a configuration file")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw notUTF8(path, bytes) }
        return text
    }

    private static func unreadable(_ path: String, _ code: CInt) -> ConfigProblem {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ConfigProblem(
            place: .wholeFile(name: path), what: "cannot be read: \(reason)",
            fix: "name a file that exists and that this user may read")
    }

    private static func notUTF8(_ path: String, _ bytes: [UInt8]) -> ConfigProblem {
        // Repairing replaces the first bad byte, so the text is good up to there.
        let repaired = String(decoding: bytes, as: UTF8.self)
        var line = 1
        var column = 1
        for scalar in repaired.unicodeScalars {
            if scalar == "\u{FFFD}" { break }
            column = scalar == "\n" ? 1 : column + 1
            line += scalar == "\n" ? 1 : 0
        }
        return ConfigProblem(
            place: .file(name: path, line: line, column: column), what: "not UTF-8 text",
            fix: "save the file as UTF-8")
    }
}
