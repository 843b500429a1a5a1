/// A parsed configuration file, freed of its syntax: what the schema reads.
indirect enum ConfigNode: Equatable {
    /// Line and column of a node's first character, from 1.
    struct Position: Equatable, Comparable {
        var line: Int
        var column: Int

        static func < (left: Position, right: Position) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// One `key: value`. `key` is nil when the file used a list or a mapping as key.
    struct Pair: Equatable {
        var key: String?
        var position: Position
        var value: ConfigNode
    }

    /// A key with nothing after it, or an explicit null.
    case empty(Position)
    case scalar(String, Position)
    case list([ConfigNode], Position)
    /// In the order of the file; a key that occurs twice is here twice.
    case map([Pair], Position)

    var position: Position {
        switch self {
        case .empty(let position), .scalar(_, let position), .list(_, let position), .map(_, let position): position
        }
    }

    /// What it is, for messages.
    var kindName: String {
        switch self {
        case .empty: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a group of keys"
        }
    }
}
