/// Whether the lists that rules name exist, and hold what is asked of them.
enum AccessReferences {
    /// Every name that leads nowhere, at the rule that has it.
    static func problems(_ access: Settings.Access, file: String) -> [ConfigProblem] {
        access.rules.flatMap { rule in
            var problems: [ConfigProblem] = []
            for name in Self.lists(rule.names ?? []) { problems += problem(name, .names, rule, access, file) }
            for name in Self.lists(rule.networks ?? []) { problems += problem(name, .networks, rule, access, file) }
            return problems
        }
    }

    private static func lists<Value>(_ items: [AccessItem<Value>]) -> [String] {
        items.compactMap { item in
            if case .list(let name) = item { return name }
            return nil
        }
    }

    private static func problem(
        _ name: String, _ format: AccessList.Format, _ rule: AccessRule, _ access: Settings.Access, _ file: String
    ) -> [ConfigProblem] {
        let place = ConfigPlace.file(name: file, line: rule.place.line, column: rule.place.column)
        guard let list = access.lists.first(where: { $0.name == name }) else {
            let nearest = Suggestion.nearest(to: name, among: access.lists.map(\.name))
            let fix = nearest.map { "did you mean `\($0)`?" } ?? "define it in access.lists"
            return [
                ConfigProblem(
                    place: place, what: "access.rules: no list of \(format.rawValue) is called `\(name)`", fix: fix)
            ]
        }
        guard list.format != format else { return [] }
        return [
            ConfigProblem(
                place: place, what: "access.rules: `\(name)` is a list of \(list.format.rawValue)",
                fix: "write it under \(list.format.rawValue), or change its format")
        ]
    }
}
