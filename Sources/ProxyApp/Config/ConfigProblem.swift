/// Where a setting was written.
public enum ConfigPlace: Sendable, Equatable, CustomStringConvertible {
    /// A place in a file. Lines and columns count from 1, columns in Unicode scalars.
    case file(name: String, line: Int, column: Int)
    /// The file as a whole (it cannot be read, say).
    case wholeFile(name: String)
    /// A command line option, with its dashes.
    case option(String)
    /// Nowhere: the value is the built-in default.
    case builtIn

    /// `FILE:LINE:COLUMN`, `FILE`, `--option` or `default`.
    public var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .wholeFile(let name): name
        case .option(let name): name
        case .builtIn: "default"
        }
    }
}

/// One thing wrong with a configuration, and what would be right.
public struct ConfigProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where it was written.
    public var place: ConfigPlace
    /// What is wrong, without a final stop.
    public var what: String
    /// What would be right, without a final stop.
    public var fix: String

    /// All three as they are.
    public init(place: ConfigPlace, what: String, fix: String) {
        self.place = place
        self.what = what
        self.fix = fix
    }

    /// One line: `FILE:LINE:COLUMN: what is wrong; what would be right`.
    ///
    /// Control characters of quoted values are escaped, and what is very long is cut: it goes to a terminal or a log.
    public var description: String { "\(place): \(Self.printable(what)); \(Self.printable(fix))" }

    private static let limitCharacters = 400

    private static func printable(_ text: String) -> String {
        var printed = ""
        for scalar in text.unicodeScalars.prefix(limitCharacters) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: printed += scalar.escaped(asASCII: true)
            default: printed.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > limitCharacters ? printed + "..." : printed
    }
}

/// Everything wrong with a configuration, in the order of the file, then what options and
/// contradictions between keys add. Never empty.
public struct ConfigProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems.
    public var all: [ConfigProblem]

    /// Takes the list as it is.
    public init(_ all: [ConfigProblem]) { self.all = all }

    /// One problem a line, no final newline.
    public var description: String { all.map(\.description).joined(separator: "\n") }
}

/// Why a piece of text is not a value: the part of a `ConfigProblem` that does not depend on where it stood.
struct TextProblem: Error, Equatable {
    var what: String
    var fix: String
}
