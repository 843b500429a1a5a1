/// Host names as they stand in requests, hashed and compared without regard to ASCII case, and without making a String.
public enum HostBytes {
    private static var cases: UInt64 { 0x2020_2020_2020_2020 }
    private static var multiplier: UInt64 { 0x9e37_79b9_7f4a_7c15 }

    /// A hash that is the same for `a.example` and `A.Example`. Not a defence against names chosen to collide: bound the tables.
    @inline(__always)
    public static func hash(_ host: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var hash = (seed ^ UInt64(host.count)) &* multiplier
        guard let base = host.baseAddress else { return hash }
        var index = 0
        while index &+ 8 <= host.count {
            hash = mix(hash, base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < host.count {
            rest = rest << 8 | UInt64(base.load(fromByteOffset: index, as: UInt8.self))
            index &+= 1
        }
        return mix(hash, rest)
    }

    /// The bit in which the cases of a letter differ is set in all bytes: that makes a few other bytes alike, too.
    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (hash ^ (word | cases)) &* multiplier
        return mixed ^ mixed >> 29
    }

    /// Is `host` the name that is `lowered` when its ASCII letters are made lower case?
    @inline(__always)
    public static func isEqual(_ host: UnsafeRawBufferPointer, lowered: UnsafeRawBufferPointer) -> Bool {
        guard host.count == lowered.count else { return false }
        guard let host = host.baseAddress, let kept = lowered.baseAddress else { return true }
        var index = 0
        while index &+ 8 <= lowered.count {
            let word = host.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word == kept.loadUnaligned(fromByteOffset: index, as: UInt64.self) else { break }
            index &+= 8
        }
        while index < lowered.count {
            let byte = host.load(fromByteOffset: index, as: UInt8.self)
            guard lower(byte) == kept.load(fromByteOffset: index, as: UInt8.self) else { return false }
            index &+= 1
        }
        return true
    }

    /// The byte, in lower case if it is an ASCII letter.
    @inline(__always)
    public static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
}
