/// A password to be compared with a hash, somewhere off the loops.
public struct Verification: Sendable, CustomStringConvertible, CustomReflectable {
    /// By what waiting connections know it.
    public let digest: VerifiedLogins.Digest
    /// Who wants to log in.
    public let user: String
    private let password: [UInt8]
    private let hash: PasswordHash
    private let exists: Bool

    init(credentials: BasicCredentials, hash: PasswordHash, exists: Bool, digest: VerifiedLogins.Digest) {
        user = credentials.user
        password = credentials.password
        self.hash = hash
        self.exists = exists
        self.digest = digest
    }

    /// Is it right? Takes as long for somebody who does not exist. Slow: never on a loop.
    public func run(_ hasher: some PasswordHasher) -> Bool {
        guard let made = hasher.hash(password, setting: hash.text) else { return false }
        let isEqual = ConstantTime.equal(Array(made.utf8), Array(hash.text.utf8))
        return isEqual && exists
    }

    /// The user; never the password.
    public var description: String { "\(user):***" }

    /// The user; never the password.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
