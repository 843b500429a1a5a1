/// A keyed hash with 128 bits, short and quick: SipHash-2-4. Without the key nobody can tell its values from chance.
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var tail: UInt64 = 0
    private var count = 0

    init(key: SecretKey) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            tail |= UInt64(byte) << UInt64(8 * (count & 7))
            count += 1
            if count & 7 == 0 {
                compress(tail)
                tail = 0
            }
        }
    }

    /// The same for memory, eight bytes at a time where no tail is in the way.
    mutating func add(raw bytes: UnsafeRawBufferPointer) {
        var index = 0
        if count & 7 == 0 {
            while index &+ 8 <= bytes.count {
                compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                index &+= 8
            }
            count += index
        }
        add(UnsafeRawBufferPointer(rebasing: bytes[index...]))
    }

    /// The length first, so that no two lists of fields give the same bytes.
    mutating func add(field bytes: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { add($0) }
        add(bytes)
    }

    consuming func finish() -> (low: UInt64, high: UInt64) {
        compress(tail | UInt64(truncatingIfNeeded: count) << 56)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (low, v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 &+= v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }
}

/// 128 random bits that live as long as the process and are never written anywhere.
public struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
    let low: UInt64
    let high: UInt64

    /// The key of two random numbers, for example from getrandom(2).
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Not the key.
    public var description: String { "***" }

    /// Not the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
