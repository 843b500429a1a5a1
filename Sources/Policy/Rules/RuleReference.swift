/// Which rule it was.
public struct RuleReference: Hashable, Sendable, CustomStringConvertible {
    /// Its place among the rules, from 1.
    public let number: Int
    /// Where it is written; 0 when it is not from a file.
    public let line: Int
    /// The operator's name for it.
    public let label: String?
    /// What it does.
    public let action: Rule.Action

    init(_ rule: Rule, index: Int) {
        number = index + 1
        line = rule.line
        label = rule.label
        action = rule.action
    }

    /// `rule 3 (line 17, "no intranet")`.
    public var description: String {
        var details = line > 0 ? ["line \(line)"] : []
        if let label { details.append("\"\(label)\"") }
        return "rule \(number)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}
