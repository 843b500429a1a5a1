/// What to say about a key the schema does not have.
enum UnknownKey {
    /// The key that was probably meant: one of the same group that is spelled almost so, one of this very name in
    /// another group, or else the list of the group's keys.
    static func advice(_ key: String, group: String) -> String {
        let here = names(in: group)
        if let nearest = Suggestion.nearest(to: key, among: here) { return "did you mean `\(nearest)`?" }
        let elsewhere = ConfigSchema.entries.filter { $0.group != group && Suggestion.isSame($0.name, key) }
        if !elsewhere.isEmpty {
            return "did you mean \(elsewhere.map { "`\($0.path)`" }.joined(separator: " or "))?"
        }
        return group.isEmpty
            ? "the top level has \(here.joined(separator: ", "))" : "\(group) has \(here.joined(separator: ", "))"
    }

    private static func names(in group: String) -> [String] {
        let keys = ConfigSchema.entries(of: group).map(\.name)
        return group.isEmpty ? keys + ConfigSchema.groups.map(\.name).filter { !$0.isEmpty } : keys
    }
}
