/// Settings in the making: values read so far, where each came from, and what was wrong.
struct ConfigDraft {
    private var settings = Settings()
    private let name: String
    /// Where a key was set, by `group.name`.
    private var places: [String: ConfigPlace] = [:]
    /// Keys and groups that occurred already, and where.
    private var seen: [String: ConfigNode.Position] = [:]
    /// Keys whose value was refused: rules about them would only repeat that.
    private var refused: Set<String> = []
    private var problems: [ConfigProblem] = []

    init(name: String) { self.name = name }

    // MARK: - Inputs

    /// Reads the whole file.
    mutating func read(_ root: ConfigNode) {
        switch root {
        case .empty: break
        case .map(let pairs, _):
            for pair in pairs { readTopLevel(pair) }
        case .scalar, .list:
            report(root.position, "the file is \(root.kindName)", "write `key: value` lines, as in `loops: 2`")
        }
    }

    /// Puts the command line's values over the file's.
    mutating func apply(_ overrides: ConfigOverrides) {
        for (key, option, value) in overrides.replacements {
            guard let entry = ConfigSchema.entries.first(where: { $0.path == key }) else { continue }
            places[key] = .option(option)
            refused.remove(key)
            do throws(NodeProblems) {
                try entry.read(value, &settings)
            } catch {
                refused.insert(key)
                problems += error.all.map { ConfigProblem(place: .option(option), what: $0.what, fix: $0.fix) }
            }
        }
    }

    /// The settings, once the rules between keys hold too; `toStart` asks for more, see `ConfigRule.start`.
    func finished(toStart: Bool) throws(ConfigProblems) -> Settings {
        var problems = problems
        for rule in ConfigRule.all + (toStart ? ConfigRule.start : []) where refused.isDisjoint(with: rule.keys) {
            guard let broken = rule.check(settings) else { continue }
            // An option outranks the file: it is what somebody has just typed.
            let places = rule.keys.compactMap { self.places[$0] }
            let option = places.first { if case .option = $0 { true } else { false } }
            problems.append(
                ConfigProblem(place: option ?? places.first ?? .builtIn, what: broken.what, fix: broken.fix))
        }
        if refused.isDisjoint(with: ["access.rules", "access.lists"]) {
            problems += AccessReferences.problems(settings.access, file: name)
        }
        guard problems.isEmpty else { throw ConfigProblems(problems) }
        return settings
    }

    // MARK: - Keys

    private mutating func readTopLevel(_ pair: ConfigNode.Pair) {
        guard let key = checkedKey(pair, group: "") else { return }
        if ConfigSchema.isGroup(key) {
            readGroup(key, pair.value)
        } else {
            readEntry(key, group: "", pair)
        }
    }

    private mutating func readGroup(_ group: String, _ node: ConfigNode) {
        switch node {
        // A group whose keys are all commented out.
        case .empty: break
        case .map(let pairs, _):
            for pair in pairs {
                if let key = checkedKey(pair, group: group) { readEntry(key, group: group, pair) }
            }
        case .scalar, .list:
            let first = ConfigSchema.entries(of: group).first
            let example = first.map { "`\($0.name): \($0.defaultText)`" } ?? "its keys"
            report(
                node.position, "\(group): \(node.kindName) where a group of keys belongs", "indent \(example) below it")
        }
    }

    /// The key's name when it is text. A key that is set twice is reported and read all the same: its value and the
    /// keys below it may hold more problems.
    private mutating func checkedKey(_ pair: ConfigNode.Pair, group: String) -> String? {
        guard let key = pair.key else {
            report(pair.position, "a list or a group stands where a key belongs", "write `key: value`")
            return nil
        }
        let path = group.isEmpty ? key : "\(group).\(key)"
        if let first = seen[path] {
            report(pair.position, "\(path): set twice, first in line \(first.line)", "remove one of them")
        } else {
            seen[path] = pair.position
        }
        return key
    }

    private mutating func readEntry(_ key: String, group: String, _ pair: ConfigNode.Pair) {
        guard let entry = ConfigSchema.entries(of: group).first(where: { $0.name == key }) else {
            let advice = UnknownKey.advice(key, group: group)
            let path = group.isEmpty ? key : "\(group).\(key)"
            report(pair.position, "\(path): unknown key", advice)
            return
        }
        places[entry.path] = .file(name: name, line: pair.position.line, column: pair.position.column)
        if case .empty(let position) = pair.value {
            report(position, "\(entry.path): no value", "write \(entry.range), or remove the key")
            refused.insert(entry.path)
            return
        }
        do throws(NodeProblems) {
            try entry.read(pair.value, &settings)
        } catch {
            refused.insert(entry.path)
            for one in error.all { report(one.position, "\(entry.path): \(one.what)", one.fix) }
        }
    }

    private mutating func report(_ position: ConfigNode.Position, _ what: String, _ fix: String) {
        let place = ConfigPlace.file(name: name, line: position.line, column: position.column)
        problems.append(ConfigProblem(place: place, what: what, fix: fix))
    }
}
