/// A password to be compared with a hash, somewhere off the loops.
public struct Verification: Sendable, CustomStringConvertible, CustomReflectable {
    /// By what those who wait for it know it.
    public let digest: KeyedDigest
    /// Who wants to log in.
    public let user: String
    let hash: PasswordHash
    /// Does the user exist? If not it is wrong, after the same time.
    let exists: Bool
    private let password: SecretBytes

    init(_ credentials: BasicCredentials, hash: PasswordHash, exists: Bool, digest: KeyedDigest) {
        user = credentials.user
        password = credentials.password
        self.hash = hash
        self.exists = exists
        self.digest = digest
    }

    /// Is it right? Takes as long for somebody who does not exist. Slow: never on a loop.
    public func run(_ hasher: some PasswordHasher) -> Bool {
        guard let made = hasher.hash(password, setting: hash.text) else { return false }
        let isEqual = ConstantTime.equal(made.utf8, hash.text.utf8)
        return isEqual && exists
    }

    /// The user; never the password.
    public var description: String { "\(user):***" }

    /// The user; never the password.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
