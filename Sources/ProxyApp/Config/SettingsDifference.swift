/// A setting that is not what is shipped.
public struct SettingsDifference: Sendable, Equatable, CustomStringConvertible {
    /// The key as `group.name`.
    public var key: String
    /// The value in force, as the configuration file would have it.
    public var value: String
    /// The default, likewise.
    public var defaultValue: String

    /// `pool.queue: 10 (default 256)`.
    public var description: String { "\(key): \(value) (default \(defaultValue))" }
}

extension Settings {
    /// What differs from `Settings()`, in the order of the shipped file. For people and for the log's first lines.
    public var differences: [SettingsDifference] {
        let defaults = Settings()
        return ConfigSchema.entries.compactMap { entry in
            let value = entry.write(self)
            let defaultValue = entry.write(defaults)
            guard value != defaultValue else { return nil }
            return SettingsDifference(key: entry.path, value: value, defaultValue: defaultValue)
        }
    }
}
