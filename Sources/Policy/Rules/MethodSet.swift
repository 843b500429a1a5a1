import HTTPWire

/// Request methods, as a set of bits.
public struct MethodSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private let bits: UInt64

    /// The set of `methods`; ``Method/other`` stands for every method without a name of its own.
    public init(_ methods: some Sequence<Method>) {
        bits = methods.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    /// The set of the literal's methods.
    public init(arrayLiteral methods: Method...) { self.init(methods) }

    /// Is `method` in the set?
    public func contains(_ method: Method) -> Bool { bits >> UInt64(method.rawValue) & 1 == 1 }

    /// Are all methods of `other` in here?
    public func covers(_ other: MethodSet) -> Bool { other.bits & ~bits == 0 }

    /// Is a method in both?
    public func overlaps(_ other: MethodSet) -> Bool { other.bits & bits != 0 }

    /// Is no method in it?
    public var isEmpty: Bool { bits == 0 }
}
