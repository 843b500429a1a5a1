/// Any number of address classes.
public struct AddressClassSet: OptionSet, Hashable, Sendable {
    /// One bit per class, at the place of its raw value.
    public let rawValue: UInt32

    /// Makes a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The set of one class.
    public init(_ member: AddressClass) { rawValue = 1 << UInt32(member.rawValue) }

    /// Every class.
    public static let all = AddressClassSet(rawValue: 1 << UInt32(AddressClass.allCases.count) - 1)

    /// What is open to everybody: public addresses, also those behind a translator.
    ///
    /// An address with an IPv4 address inside is judged by that as well, so ``AddressClass/nat64`` and
    /// ``AddressClass/isatap`` open nothing alone.
    public static let `public`: AddressClassSet = [
        AddressClassSet(.global), AddressClassSet(.nat64), AddressClassSet(.isatap),
    ]

    /// Is `member` in the set?
    public func contains(_ member: AddressClass) -> Bool { contains(AddressClassSet(member)) }

    /// The members in the order of their declaration.
    public var members: [AddressClass] { AddressClass.allCases.filter { contains($0) } }
}
