import CCrypt
import Policy

/// Hashes of crypt(5), computed by the system's libcrypt.
struct CryptHasher: PasswordHasher {
    /// Takes 32 KiB for the time of the call, and leaves nothing of the password in it.
    func hash(_ password: SecretBytes, setting: String) -> String? {
        let size = ccrypt_scratch_size()
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer {
            ccrypt_wipe(scratch.baseAddress, size)
            scratch.deallocate()
        }
        // libxcrypt takes memory that was never used only if it is zero.
        ccrypt_wipe(scratch.baseAddress, size)
        return password.withBytes { phrase in
            // SAFETY: a NUL lies behind the phrase; the scratch memory is as large as it has to be and nobody else's. What comes
            // back points into it and is copied before it goes.
            guard let start = phrase.assumingMemoryBound(to: CChar.self).baseAddress,
                let made = crypt_rn(start, setting, scratch.baseAddress, CInt(size))
            else { return nil }
            return String(cString: made)
        }
    }
}
