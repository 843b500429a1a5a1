/// The configuration file that is shipped: every key with its meaning, its range and its default.
public enum ConfigSample {
    /// The file's text, ending in a newline. It parses to `Settings()`.
    public static var text: String {
        var lines = [
            "# proxyd configuration: every key with its default. A key that is left out has the same value.",
            "# Durations need a unit: ms, s, m or h. Sizes are bytes, or have one: KiB, MiB, GiB or TiB.",
            "# Check a changed file with: proxyd check FILE",
        ]
        for group in ConfigSchema.groups {
            lines += ["", "# \(group.title)."]
            if !group.name.isEmpty { lines.append("\(group.name):") }
            let indent = group.name.isEmpty ? "" : "  "
            for (index, entry) in ConfigSchema.entries(of: group.name).enumerated() {
                if index > 0 || group.name.isEmpty { lines.append("") }
                lines += comment(entry.meaning + ".", indent: indent)
                lines += comment("Accepts \(entry.range); default \(entry.defaultText).", indent: indent)
                lines.append("\(indent)\(entry.name): \(entry.defaultText)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `text` as comment lines of at most 100 columns, broken between words.
    private static func comment(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent.count + 2 + line.count + 1 + word.count > 100 {
                lines.append("\(indent)# \(line)")
                line = ""
            }
            line += line.isEmpty ? "\(word)" : " \(word)"
        }
        lines.append("\(indent)# \(line)")
        return lines
    }
}
