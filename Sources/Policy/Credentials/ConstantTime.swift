/// Comparison that takes as long for a wrong first byte as for a wrong last one.
public enum ConstantTime {
    /// Are the bytes the same? Lengths are no secret: hashes of one kind all have the same.
    public static func equal(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(one, other) { difference |= a ^ b }
        return difference == 0
    }
}
