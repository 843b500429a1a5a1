/// Computes password hashes: crypt_r(3), given from outside because nothing in here calls C.
public protocol PasswordHasher: Sendable {
    /// What crypt(3) makes of a password with this setting, which is a whole hash; nil when it cannot.
    ///
    /// Takes from milliseconds to seconds: never to be called on a loop.
    func hash(_ password: SecretBytes, setting: String) -> String?
}
