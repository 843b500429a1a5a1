/// Values given on the command line; each replaces the file's.
public struct ConfigOverrides: Sendable, Equatable {
    /// Texts of `--listen`; together they replace the whole list. Empty leaves the file's.
    public var listen: [String]
    /// Text of `--admin`.
    public var admin: String?
    /// Text of `--loops`.
    public var loops: String?

    /// Nothing is replaced by default.
    public init(listen: [String] = [], admin: String? = nil, loops: String? = nil) {
        self.listen = listen
        self.admin = admin
        self.loops = loops
    }

    /// Keys that are replaced: name in the file, name of the option, value as the file would have it.
    var replacements: [(key: String, option: String, value: ConfigNode)] {
        // No position of a node of the command line is ever shown: the option's name takes its place.
        let nowhere = ConfigNode.Position(line: 0, column: 0)
        var found: [(key: String, option: String, value: ConfigNode)] = []
        if !listen.isEmpty {
            found.append(("listen", "--listen", .list(listen.map { .scalar($0, nowhere) }, nowhere)))
        }
        if let admin { found.append(("admin", "--admin", .scalar(admin, nowhere))) }
        if let loops { found.append(("loops", "--loops", .scalar(loops, nowhere))) }
        return found
    }
}
