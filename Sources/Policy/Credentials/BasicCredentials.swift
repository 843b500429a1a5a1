/// User and password of a Proxy-Authorization field. RFC 7617.
///
/// Printing it, in whatever way, shows the user only.
public struct BasicCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// The user; not empty, without colon and control characters.
    public let user: String
    /// The password in UTF-8; may be empty.
    public let password: SecretBytes

    /// Longest user, in bytes.
    public static let maxUserBytes = 255
    /// Longest password, in bytes: what crypt(3) takes.
    public static let maxPasswordBytes = 511

    /// For tests and tools.
    public init(user: String, password: some Collection<UInt8>) {
        self.user = user
        self.password = SecretBytes(copying: password)
    }

    /// Reads a field value such as `Basic YW5uOnNlY3JldA==`, whose bytes are borrowed.
    ///
    /// Strict: padded base64 without bits to spare, UTF-8, no control characters (RFC 7617 2). No copy of the password is left
    /// behind.
    public init(parsing value: UnsafeRawBufferPointer) throws(BasicCredentialsError) {
        var index = 0
        while index < value.count, value[index] != 0x20 { index += 1 }
        guard index == 5, Array("basic".utf8).enumerated().allSatisfy({ value[$0] | 0x20 == $1 }) else {
            throw .otherScheme
        }
        while index < value.count, value[index] == 0x20 { index += 1 }
        let token = UnsafeRawBufferPointer(rebasing: value[index...])
        guard token.count <= (Self.maxUserBytes + 1 + Self.maxPasswordBytes) / 3 * 4 + 4 else { throw .tooLong }
        guard var bytes = Base64.decode(token), !bytes.isEmpty else { throw .badBase64 }
        defer { bytes.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        guard let colon = bytes.firstIndex(of: 0x3a) else { throw .noColon }
        guard colon > 0 else { throw .emptyUser }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .controlCharacter }
        guard colon <= Self.maxUserBytes, bytes.count - colon - 1 <= Self.maxPasswordBytes else { throw .tooLong }
        guard let user = String(validating: bytes[..<colon], as: UTF8.self), Self.isUTF8(bytes[(colon + 1)...]) else {
            throw .notUTF8
        }
        self.user = user
        password = SecretBytes(copying: bytes[(colon + 1)...])
    }

    /// Without making a string of them.
    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid: continue
            case .emptyInput: return true
            case .error: return false
            }
        }
    }

    /// The user; never the password.
    public var description: String { "\(user):***" }

    /// The user; never the password.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// Why a Proxy-Authorization field was not taken. All are answered with 407.
public enum BasicCredentialsError: Error, Hashable, Sendable, CaseIterable {
    /// Not Basic.
    case otherScheme
    /// Not base64, or empty.
    case badBase64
    /// No colon between user and password.
    case noColon
    /// Nothing before the colon.
    case emptyUser
    /// A control character. RFC 7617 2.
    case controlCharacter
    /// Not UTF-8, which the challenge asks for.
    case notUTF8
    /// Longer than users and passwords are.
    case tooLong

    /// A stable lowercase word for logs.
    public var token: StaticString {
        switch self {
        case .otherScheme: "other_scheme"
        case .badBase64: "bad_base64"
        case .noColon: "no_colon"
        case .emptyUser: "empty_user"
        case .controlCharacter: "control_character"
        case .notUTF8: "not_utf8"
        case .tooLong: "too_long"
        }
    }
}
