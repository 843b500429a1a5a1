import Policy

/// Takes the password `right` for every hash, in the only way that a hash can be taken: by giving it back.
struct FakeHasher: PasswordHasher {
    func hash(_ password: SecretBytes, setting: String) -> String? {
        password.withBytes { $0.elementsEqual("right".utf8) } ? setting : "$wrong$"
    }
}

func passwordFile(_ text: String) -> PasswordFile {
    Array(text.utf8).withUnsafeBytes { PasswordFile(parsing: $0) }
}

func login(_ user: String, _ password: String) -> BasicCredentials {
    BasicCredentials(user: user, password: password.utf8)
}
