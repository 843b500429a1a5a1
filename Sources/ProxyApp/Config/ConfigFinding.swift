/// Something odd about the settings, though not wrong: a warning of `proxyd check`.
public struct ConfigFinding: Sendable, Equatable {
    /// The file that it is about, when that is another than the configuration's own.
    public let file: String?
    /// Its line, from 1.
    public let line: Int
    /// What is odd.
    public let text: String

    init(file: String? = nil, line: Int, _ text: String) {
        self.file = file
        self.line = line
        self.text = text
    }
}
