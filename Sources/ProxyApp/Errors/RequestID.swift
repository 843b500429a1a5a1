/// The name of one failed request, by which the operator finds its log line from a user's screenshot.
///
/// 60 bits of chance: unique for all practical purposes, and nobody can tell one from another. Written as three groups of four
/// letters and digits of which none looks like another (Crockford's base 32), `k3f9-72mz-x0qp`.
struct RequestID: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of its text.
    static let byteCount = 14

    private let bits: UInt64

    /// A fresh one, from the system's generator.
    init() { self.init(bits: UInt64.random(in: .min ... .max)) }

    /// The one of these bits, of which the upper four do not count.
    init(bits: UInt64) { self.bits = bits & (1 << 60 - 1) }

    /// Calls `body` with its text in ASCII.
    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        let alphabet: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
        withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { text in
            var rest = bits
            for index in text.indices.reversed() {
                if index == 4 || index == 9 {
                    text[index] = 0x2d
                    continue
                }
                text[index] = alphabet.utf8Start[Int(rest & 31)]
                rest >>= 5
            }
            body(UnsafeRawBufferPointer(text))
        }
    }

    var description: String {
        var text = ""
        withBytes { text = String(decoding: $0, as: UTF8.self) }
        return text
    }
}
