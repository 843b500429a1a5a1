/// By what bytes are known again without being kept: 128 bits that nobody can compute without the process's key.
public struct KeyedDigest: Hashable, Sendable {
    private let low: UInt64
    private let high: UInt64

    init(_ sip: consuming SipHash) { (low, high) = sip.finish() }
}

extension SecretKey {
    /// The digest of bytes that are borrowed for the call. Allocates nothing.
    public func digest(of bytes: UnsafeRawBufferPointer) -> KeyedDigest {
        var sip = SipHash(key: self)
        sip.add(raw: bytes)
        return KeyedDigest(sip)
    }
}
