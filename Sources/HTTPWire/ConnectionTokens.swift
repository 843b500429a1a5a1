/// What the `Connection` fields of a head asked for. RFC 9110 7.6.1.
public struct ConnectionTokens: OptionSet, Sendable {
    /// The option bits.
    public let rawValue: UInt8

    /// Makes a set from raw bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `close`: the connection ends after this exchange.
    @inlinable public static var close: ConnectionTokens { ConnectionTokens(rawValue: 1) }
    /// `keep-alive`: an HTTP/1.0 sender asks to persist.
    @inlinable public static var keepAlive: ConnectionTokens { ConnectionTokens(rawValue: 2) }
    /// `upgrade`: the `Upgrade` field is meant for this hop.
    @inlinable public static var upgrade: ConnectionTokens { ConnectionTokens(rawValue: 4) }
    /// `te`: the `TE` field is meant for this hop.
    @inlinable public static var te: ConnectionTokens { ConnectionTokens(rawValue: 8) }
    /// Some other field is nominated; ask ``MessageHead/isNominated(_:)`` for each field.
    @inlinable public static var others: ConnectionTokens { ConnectionTokens(rawValue: 16) }
}
