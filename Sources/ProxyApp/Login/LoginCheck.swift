import Policy

/// What `proxyd check` says of users and groups.
public enum LoginCheck {
    /// Names that lead nowhere: users and groups that rules name, and members of groups, whom no file knows. With the line of the
    /// rule, or 1.
    ///
    /// Reads the files, and throws every problem of theirs. Empty where nobody logs in.
    public static func findings(_ settings: Settings) throws(ConfigProblems) -> [(line: Int, text: String)] {
        guard let files = try LoginFiles.load(settings.authentication) else { return [] }
        return findings(settings.access.rules, files)
    }

    static func findings(_ rules: [AccessRule], _ files: LoginFiles) -> [(line: Int, text: String)] {
        var findings: [(line: Int, text: String)] = []
        for (index, rule) in rules.enumerated() {
            for user in rule.users ?? [] where files.passwords.hash(of: user) == nil {
                findings.append(
                    (
                        rule.place.line,
                        "rule \(index + 1) names user \(user), who is not in authentication.password_file"
                    ))
            }
            for group in rule.groups ?? [] where !files.groups.names.contains(group) {
                findings.append(
                    (
                        rule.place.line,
                        "rule \(index + 1) names group \(group), which is not in authentication.group_file"
                    ))
            }
        }
        for member in files.groups.members.sorted() where files.passwords.hash(of: member) == nil {
            findings.append((1, "\(member) is in a group, but not in authentication.password_file"))
        }
        return findings
    }
}
