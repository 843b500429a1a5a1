import Policy
import Testing

@testable import ProxyApp

@Suite struct LoginHasherTests {
    /// From crypt_blowfish's own tests, and what `openssl passwd` makes with the salt of SHA-crypt's specification.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        (
            "Hello world!",
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
        ),
        ("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
    ])
    func `the system's crypt gives the hashes that others give`(password: String, hash: String) {
        #expect(CryptHasher().hash(SecretBytes(copying: password.utf8), setting: hash) == hash)
        #expect(CryptHasher().hash(SecretBytes(copying: "x\(password)".utf8), setting: hash) != hash)
    }

    @Test func `what crypt does not know is no hash`() {
        #expect(CryptHasher().hash(SecretBytes(copying: "x".utf8), setting: "$nothing$") == nil)
    }
}
