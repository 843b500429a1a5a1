/// A numeric address, as policy sees it: an IPv4 address inside IPv6 is the IPv4 address.
public struct IPAddress: Hashable, Sendable {
    /// The upper half of the 128 bits; IPv4 is kept as `::ffff:a.b.c.d`, the form in which it may also arrive.
    public let high: UInt64
    /// The lower half of the 128 bits.
    public let low: UInt64

    /// An IPv4 address in host byte order.
    public init(ipv4 address: UInt32) {
        high = 0
        low = 0xffff_0000_0000 | UInt64(address)
    }

    /// An IPv6 address as two halves in host byte order.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(bits: UInt128) {
        high = UInt64(truncatingIfNeeded: bits >> 64)
        low = UInt64(truncatingIfNeeded: bits)
    }

    var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The IPv4 address, when this is one, mapped or not.
    public var ipv4: UInt32? { high == 0 && low >> 32 == 0xffff ? UInt32(truncatingIfNeeded: low) : nil }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { ipv4.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }

    /// 0.0.0.0/8 or ::. Connecting to it reaches this machine.
    public var isUnspecified: Bool { ipv4.map { $0 >> 24 == 0 } ?? (high == 0 && low == 0) }
}
