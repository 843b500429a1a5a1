import Testing

@testable import Policy

@Suite struct SipHashTests {
    /// From the reference implementation and OpenSSL's SIPHASH: key 00...0f, input 00, 01, 02 and so on.
    @Test(arguments: [
        (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
    ])
    func `the reference's values come out`(length: Int, wanted: String) {
        var sip = SipHash(key: SecretKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908))
        sip.add((0..<length).map { UInt8($0) })
        let (low, high) = sip.finish()
        #expect(hex(low) + hex(high) == wanted)
    }

    @Test func `memory gives the same value as single bytes, wherever it is cut`() {
        let key = SecretKey(low: 1, high: 2)
        let bytes = (0..<40).map { UInt8($0 * 5) }
        var wanted = SipHash(key: key)
        wanted.add(bytes)
        let (low, high) = wanted.finish()
        for cut in 0...bytes.count {
            var sip = SipHash(key: key)
            bytes[..<cut].withUnsafeBytes { sip.add(raw: $0) }
            bytes[cut...].withUnsafeBytes { sip.add(raw: $0) }
            let (otherLow, otherHigh) = sip.finish()
            #expect(otherLow == low && otherHigh == high, "cut at \(cut)")
        }
    }

    private func hex(_ word: UInt64) -> String {
        (0..<8).map { byte in
            let digits = String(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte)), radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
