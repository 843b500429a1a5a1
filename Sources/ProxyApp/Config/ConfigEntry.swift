/// One key of the configuration file: its name, its documentation, and how it moves between text and `Settings`.
struct ConfigEntry: Sendable {
    /// The group's name in the file, empty at the top level.
    let group: String
    /// The key's name in the file.
    let name: String
    let type: String
    let range: String
    /// What the value does, one sentence without a final stop.
    let meaning: String
    /// Stores the node's value.
    let read: @Sendable (ConfigNode, inout Settings) throws(NodeProblems) -> Void
    /// The value in force, as YAML on one line.
    let write: @Sendable (Settings) -> String

    init<Value>(
        _ group: String, _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable,
        _ form: ValueForm<Value>, _ meaning: String
    ) {
        self.group = group
        self.name = name
        self.meaning = meaning
        type = form.type
        range = form.range
        read = { node, settings throws(NodeProblems) in settings[keyPath: path] = try form.read(node) }
        write = { settings in form.write(settings[keyPath: path]) }
    }

    /// `group.name`, or the bare name at the top level.
    var path: String { group.isEmpty ? name : "\(group).\(name)" }

    /// The default, as YAML on one line.
    var defaultText: String { write(Settings()) }
}
