/// One key below `allow` or `deny` of a rule: a condition, or something about the rule itself.
struct AccessRuleKey: Sendable {
    /// The key's name in the file.
    let name: String
    /// What is accepted.
    let range: String
    /// What it is, one sentence without a final stop.
    let meaning: String
    /// Stores the node's value.
    let read: @Sendable (ConfigNode, inout AccessRule) throws(NodeProblems) -> Void
    /// The value, as YAML on one line; nil when there is none.
    let write: @Sendable (AccessRule) -> String?

    private init<Value>(
        _ name: String, _ path: any WritableKeyPath<AccessRule, Value?> & Sendable, _ form: ValueForm<Value>,
        _ meaning: String
    ) {
        self.name = name
        range = form.range
        self.meaning = meaning
        read = { node, rule throws(NodeProblems) in rule[keyPath: path] = try form.read(node) }
        write = { rule in rule[keyPath: path].map(form.write) }
    }

    private init(
        flag name: String, _ path: any WritableKeyPath<AccessRule, Bool> & Sendable, _ meaning: String
    ) {
        let form = ValueForm<Bool>.flag
        self.name = name
        range = form.range
        self.meaning = meaning
        read = { node, rule throws(NodeProblems) in rule[keyPath: path] = try form.read(node) }
        write = { rule in rule[keyPath: path] ? form.write(true) : nil }
    }

    /// Every key, in the order of the documentation.
    static let all: [AccessRuleKey] = [
        AccessRuleKey("clients", \.clients, ValueForm.network.several(), "The client's address is in one of these"),
        AccessRuleKey(
            "users", \.users, ValueForm.chosenName("user name", limit: 255).several(),
            "One of these is logged in, or a member of `groups`"),
        AccessRuleKey(
            "groups", \.groups, ValueForm.chosenName("group name", limit: 255).several(),
            "A member of one of these is logged in, or one of `users`"),
        AccessRuleKey(
            "names", \.names, ValueForm.namePattern.orList().several(),
            "The destination is given by one of these names; one that is given as an address has none"),
        AccessRuleKey(
            "networks", \.networks, ValueForm.network.orList().several(),
            "The destination's address is in one of these, or of one of `classes`"),
        AccessRuleKey(
            "classes", \.classes, ValueForm.addressClass.several(),
            "The destination's address is of one of these kinds, or in one of `networks`"),
        AccessRuleKey("ports", \.ports, ValueForm.ports.several(256), "The destination's port is one of these"),
        AccessRuleKey(
            "methods", \.methods, ValueForm.method.several(64), "The request's method is one of these"),
        AccessRuleKey(
            "times", \.times, ValueForm.timeWindow.several(256),
            "It is one of these times, at `access.utc_offset`; hours past midnight belong to the day on which they begin"
        ),
        AccessRuleKey(
            "label", \.label, ValueForm.chosenName("label", limit: 100),
            "What clients, logs and `proxyd explain` call the rule"),
        AccessRuleKey(
            flag: "report_only", \.isReportOnly, "The rule is only noted in the log when it would have decided"),
    ]
}
