import Policy

extension ValueForm<[AccessRule]> {
    /// Any number of rules, each `- allow:` or `- deny:` with conditions below it.
    static var accessRules: ValueForm {
        let range = "a list of `- allow:` and `- deny:` with conditions below"
        return ValueForm(
            type: "rules", range: range,
            write: { rules in "[\(rules.map(AccessRuleForm.write).joined(separator: ", "))]" },
            read: { node throws(NodeProblems) in
                guard case .list(let nodes, _) = node else {
                    throw NodeProblems(node.position, "\(node.kindName) where a list belongs", "write \(range)")
                }
                var rules: [AccessRule] = []
                var problems: [NodeProblems.One] = []
                for node in nodes {
                    do throws(NodeProblems) { rules.append(try AccessRuleForm.read(node)) } catch {
                        problems += error.all
                    }
                }
                guard problems.isEmpty else { throw NodeProblems(problems) }
                return rules
            })
    }
}

/// One rule of the configuration file: reading and writing.
enum AccessRuleForm {
    private static let example = "write `- deny: {names: [.example.com]}` or `- allow: {networks: [10.0.0.0/8]}`"

    static func read(_ node: ConfigNode) throws(NodeProblems) -> AccessRule {
        switch node {
        case .scalar(let text, let position):
            return try rule(text, at: position)
        case .map(let pairs, let position):
            guard let first = pairs.first else { throw NodeProblems(position, "an empty rule", example) }
            if pairs.count > 1 {
                throw NodeProblems(
                    pairs[1].position, "`\(pairs[1].key ?? "")` stands beside `\(first.key ?? "")`",
                    "a rule is one `allow` or `deny` with everything else indented below it")
            }
            var rule = try rule(first.key ?? "", at: first.position)
            switch first.value {
            case .empty: break
            case .map(let conditions, _): try read(conditions, into: &rule)
            case .scalar, .list:
                throw NodeProblems(
                    first.value.position, "\(first.value.kindName) where conditions belong", example)
            }
            return rule
        case .empty(let position): throw NodeProblems(position, "an empty rule", example)
        case .list(_, let position): throw NodeProblems(position, "a list where a rule belongs", example)
        }
    }

    static func write(_ rule: AccessRule) -> String {
        let keys = AccessRuleKey.all.compactMap { key in key.write(rule).map { "\(key.name): \($0)" } }
        return "{\(rule.action.rawValue): {\(keys.joined(separator: ", "))}}"
    }

    private static func rule(_ action: String, at position: ConfigNode.Position) throws(NodeProblems) -> AccessRule {
        guard let action = Rule.Action(rawValue: action) else {
            throw NodeProblems(position, "`\(action)` is neither allow nor deny", example)
        }
        var rule = AccessRule(action)
        rule.place = AccessPlace(position)
        return rule
    }

    private static func read(_ conditions: [ConfigNode.Pair], into rule: inout AccessRule) throws(NodeProblems) {
        var problems: [NodeProblems.One] = []
        var seen: [String: Int] = [:]
        for pair in conditions {
            guard let name = pair.key, let key = AccessRuleKey.all.first(where: { $0.name == name }) else {
                problems.append(unknown(pair))
                continue
            }
            if let line = seen[name] {
                problems.append(
                    .init(position: pair.position, what: "\(name): set twice, first in line \(line)", fix: "remove one")
                )
            }
            seen[name] = pair.position.line
            if case .empty(let position) = pair.value {
                problems.append(.init(position: position, what: "\(name): no value", fix: "write \(key.range)"))
                continue
            }
            do throws(NodeProblems) { try key.read(pair.value, &rule) } catch {
                problems += error.all.map { .init(position: $0.position, what: "\(name): \($0.what)", fix: $0.fix) }
            }
        }
        guard problems.isEmpty else { throw NodeProblems(problems) }
    }

    private static func unknown(_ pair: ConfigNode.Pair) -> NodeProblems.One {
        let names = AccessRuleKey.all.map(\.name)
        let name = pair.key ?? ""
        let nearest = Suggestion.nearest(to: name, among: names).map { "did you mean `\($0)`?" }
        return .init(
            position: pair.position, what: "`\(name)` is nothing that a rule has",
            fix: nearest ?? "a rule has \(names.joined(separator: ", "))")
    }
}
