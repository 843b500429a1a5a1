import Testing

@testable import HTTPWire

/// Hosts compared and hashed without regard to case, at lengths around the words that are looked at.
@Suite struct HostBytesTests {
    private static let name = Array("abcdefghijklmnopqrstuvwxyz-0123456789.example".utf8)

    private func hash(_ host: [UInt8], seed: UInt64 = 80) -> UInt64 {
        host.withUnsafeBytes { HostBytes.hash($0, seed: seed) }
    }

    private func isEqual(_ host: [UInt8], lowered: [UInt8]) -> Bool {
        host.withUnsafeBytes { host in lowered.withUnsafeBytes { HostBytes.isEqual(host, lowered: $0) } }
    }

    private func upper(_ byte: UInt8) -> UInt8 { byte &- 97 < 26 ? byte & ~32 : byte }

    @Test func caseMakesNoDifferenceAtAnyPlace() {
        for count in 0...Self.name.count {
            let lowered = Array(Self.name.prefix(count))
            #expect(isEqual(lowered.map(upper), lowered: lowered))
            #expect(hash(lowered.map(upper)) == hash(lowered))
            for place in 0..<count {
                var mixed = lowered
                mixed[place] = upper(mixed[place])
                #expect(isEqual(mixed, lowered: lowered), "\(count) bytes, another case at \(place)")
                #expect(hash(mixed) == hash(lowered))
            }
        }
    }

    @Test func anyOtherByteMakesADifference() {
        for count in 1...Self.name.count {
            let lowered = Array(Self.name.prefix(count))
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max where HostBytes.lower(byte) != lowered[place] {
                    var other = lowered
                    other[place] = byte
                    #expect(!isEqual(other, lowered: lowered), "\(count) bytes, \(byte) at \(place)")
                }
            }
            #expect(!isEqual(Array(lowered.dropLast()), lowered: lowered))
        }
    }

    @Test func lettersAloneHaveCase() {
        for byte in UInt8.min...UInt8.max {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            #expect(HostBytes.lower(byte) == (isCapital ? byte + 32 : byte))
        }
    }

    @Test func namesOfManyHostsSpread() {
        var slots: [UInt64: Int] = [:]
        for number in 0..<4096 { slots[hash(Array("host-\(number).example".utf8)) & 4095, default: 0] += 1 }
        #expect(slots.values.max() ?? 0 < 12)
        #expect(hash(Self.name, seed: 80) != hash(Self.name, seed: 443))
    }
}
