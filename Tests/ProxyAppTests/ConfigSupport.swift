import ProxyApp

/// What `ConfigFile` says about `text`, one line per problem; empty when it is fine. The file is called `f`.
func problems(in text: String, overrides: ConfigOverrides = ConfigOverrides(), toStart: Bool = false) -> [String] {
    do throws(ConfigProblems) {
        _ = try ConfigFile.parse(text, name: "f", overrides: overrides, toStart: toStart)
        return []
    } catch {
        return error.all.map(\.description)
    }
}

/// The settings of `text`, or nil when it has problems.
func settings(of text: String, overrides: ConfigOverrides = ConfigOverrides()) -> Settings? {
    try? ConfigFile.parse(text, name: "f", overrides: overrides)
}
