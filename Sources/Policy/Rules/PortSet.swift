/// Ports and ranges of ports.
public struct PortSet: Hashable, Sendable, CustomStringConvertible {
    /// As they were given.
    public let ranges: [ClosedRange<UInt16>]

    /// The ports of `ranges`, which may overlap.
    public init(_ ranges: [ClosedRange<UInt16>]) { self.ranges = ranges }

    /// Reads `443` or `8000-8099`, each item one port or range; nil for anything else.
    public init?(parsing items: some Sequence<String>) {
        var ranges: [ClosedRange<UInt16>] = []
        for item in items {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false).map { Self.port($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
                return nil
            }
            ranges.append(first...last)
        }
        self.init(ranges)
    }

    /// Is `port` in one of the ranges?
    public func contains(_ port: UInt16) -> Bool { ranges.contains { $0.contains(port) } }

    /// Does an allow rule with these ports open `port`? One of ``GuardedPorts`` only when it stands alone.
    public func opens(_ port: UInt16) -> Bool {
        GuardedPorts.contains(port) ? ranges.contains(port...port) : contains(port)
    }

    /// Are all ports of `other` in here?
    public func covers(_ other: PortSet) -> Bool {
        other.ranges.allSatisfy { range in
            var next = UInt32(range.lowerBound)
            for own in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where UInt32(own.lowerBound) <= next {
                next = max(next, UInt32(own.upperBound) + 1)
            }
            return next > UInt32(range.upperBound)
        }
    }

    /// Is a port in both?
    public func overlaps(_ other: PortSet) -> Bool {
        ranges.contains { range in other.ranges.contains { $0.overlaps(range) } }
    }

    /// `443, 8000-8099`.
    public var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard !text.isEmpty, text.count <= 5, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt16(text)
    }
}
