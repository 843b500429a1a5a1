/// A numeric address, as policy sees it: an IPv4 address inside IPv6 is the IPv4 address.
public struct IPAddress: Hashable, Sendable {
    /// The 128 bits of the address; IPv4 is kept as `::ffff:a.b.c.d`, the form in which it may also arrive.
    public let high: UInt64
    public let low: UInt64

    public init(ipv4 address: UInt32) {
        high = 0
        low = 0xffff_0000_0000 | UInt64(address)
    }

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The IPv4 address, when this is one, mapped or not.
    public var ipv4: UInt32? { high == 0 && low >> 32 == 0xffff ? UInt32(truncatingIfNeeded: low) : nil }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { ipv4.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }

    /// 0.0.0.0/8 or ::. Connecting to it reaches this machine.
    public var isUnspecified: Bool { ipv4.map { $0 >> 24 == 0 } ?? (high == 0 && low == 0) }
}
