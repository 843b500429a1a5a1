import Policy

/// What `proxyd check` says of users and groups.
public enum LoginCheck {
    /// Names that lead nowhere: users and groups that rules name, and members of groups, whom no file knows. With the line of the
    /// rule, or that of the group file which names the member first.
    ///
    /// Reads the files, and throws every problem of theirs. Empty where nobody logs in.
    public static func findings(_ settings: Settings) throws(ConfigProblems) -> [ConfigFinding] {
        guard let files = try LoginFiles.load(settings.authentication) else { return [] }
        return findings(settings.access.rules, files, groupFile: settings.authentication.groupFile)
    }

    static func findings(_ rules: [AccessRule], _ files: LoginFiles, groupFile: String?) -> [ConfigFinding] {
        var findings: [ConfigFinding] = []
        for (index, rule) in rules.enumerated() {
            for user in rule.users ?? [] where files.passwords.hash(of: user) == nil {
                findings.append(
                    ConfigFinding(
                        line: rule.place.line,
                        "rule \(index + 1) names user \(user), who is not in authentication.password_file"))
            }
            for group in rule.groups ?? [] where !files.groups.names.contains(group) {
                findings.append(
                    ConfigFinding(
                        line: rule.place.line,
                        "rule \(index + 1) names group \(group), which is not in authentication.group_file"))
            }
        }
        let strangers = files.groups.members.filter { files.passwords.hash(of: $0.name) == nil }
        for member in strangers.sorted(by: { ($0.line, $0.name) < ($1.line, $1.name) }) {
            findings.append(
                ConfigFinding(
                    file: groupFile, line: member.line,
                    "\(member.name) is in a group, but not in authentication.password_file"))
        }
        return findings
    }
}
