/// Unicode code points as letters, digits and hyphens. RFC 3492.
///
/// Decoding only: no two codes stand for the same code points (RFC 3492 3.1), so none has to be encoded for comparison.
enum Punycode {
    private static let base: UInt32 = 36
    private static let tMin: UInt32 = 1
    private static let tMax: UInt32 = 26

    /// The code points of lower-case `code`; nil when it is not Punycode. RFC 3492 6.2.
    static func decode(_ code: [UInt8]) -> [UInt32]? {
        let delimiter = code.lastIndex(of: 0x2d)
        var output = code[..<(delimiter ?? 0)].map { UInt32($0) }
        var input = code[(delimiter.map { $0 + 1 } ?? 0)...]
        guard delimiter != 0, !input.isEmpty else { return nil }
        var point: UInt32 = 128
        var position: UInt32 = 0
        var bias: UInt32 = 72
        while !input.isEmpty {
            let before = position
            var weight: UInt32 = 1
            var k = base
            while true {
                guard let byte = input.popFirst(), let digit = digit(byte) else { return nil }
                // A label has at most 63 bytes, but its digits multiply: everything that grows is watched.
                guard let grown = sum(position, digit, times: weight) else { return nil }
                position = grown
                let threshold = threshold(k, bias)
                if digit < threshold { break }
                let (next, overflow) = weight.multipliedReportingOverflow(by: base - threshold)
                guard !overflow else { return nil }
                weight = next
                k += base
            }
            let length = UInt32(output.count) + 1
            bias = adapt(position - before, length, isFirst: before == 0)
            let (grown, overflow) = point.addingReportingOverflow(position / length)
            guard !overflow, grown <= 0x10_ffff, !(0xd800...0xdfff).contains(grown) else { return nil }
            point = grown
            position %= length
            output.insert(point, at: Int(position))
            position += 1
        }
        return output
    }

    private static func sum(_ start: UInt32, _ value: UInt32, times factor: UInt32) -> UInt32? {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        let (sum, carry) = start.addingReportingOverflow(product)
        return overflow || carry ? nil : sum
    }

    private static func threshold(_ k: UInt32, _ bias: UInt32) -> UInt32 {
        k <= bias + tMin ? tMin : k >= bias + tMax ? tMax : k - bias
    }

    private static func adapt(_ delta: UInt32, _ length: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / length
        var k: UInt32 = 0
        while delta > ((base - tMin) * tMax) / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x61...0x7a: UInt32(byte - 0x61)
        case 0x30...0x39: UInt32(byte - 0x30) + 26
        default: nil
        }
    }
}
