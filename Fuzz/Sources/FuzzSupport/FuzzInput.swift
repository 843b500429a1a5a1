/// Takes an input apart from its front. Behind its end everything is zero.
public struct FuzzInput {
    // SAFETY: libFuzzer's, valid and unchanged for the call that got it.
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Reads from the first of `count` bytes.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = UnsafeBufferPointer(start: start, count: count)
    }

    /// Was everything read?
    public var isAtEnd: Bool { position >= bytes.count }

    /// The next byte.
    @inline(__always)
    public mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position &+= 1 }
        return bytes[position]
    }

    /// A number in 0..<bound, from one byte; `bound` is 1...256.
    @inline(__always)
    public mutating func number(below bound: Int) -> Int { Int(byte()) % bound }

    /// One chance in `outOf`.
    @inline(__always)
    public mutating func chance(_ outOf: Int) -> Bool { number(below: outOf) == 1 }

    /// Whatever was not read.
    public mutating func rest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[min(position, bytes.count)...])
    }
}
