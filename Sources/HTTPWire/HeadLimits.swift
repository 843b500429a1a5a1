/// How large a message head may be. Exceeding a limit is an error, never a truncation.
public struct HeadLimits: Sendable, Equatable {
    /// Longest request line in bytes, including its CRLF. Not applied to status lines.
    public var requestLineBytes: Int
    /// Longest head in bytes, including the final empty line; clamped to ``largestHeadBytes``.
    public var headBytes: Int
    /// Most field lines in one head.
    public var fields: Int

    /// The largest head this library can describe: offsets are sixteen bits wide.
    public static var largestHeadBytes: Int { 61_440 }

    /// 8 KiB request line, 32 KiB head, 128 fields.
    public static let standard = HeadLimits()

    /// Makes a set of limits; the defaults are those of ``standard``.
    public init(requestLineBytes: Int = 8192, headBytes: Int = 32_768, fields: Int = 128) {
        self.requestLineBytes = requestLineBytes
        self.headBytes = headBytes
        self.fields = fields
    }
}
