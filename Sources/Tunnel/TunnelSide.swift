/// One end of a tunnel.
public enum TunnelSide: Sendable, Equatable {
    /// Who connected to us.
    case client
    /// Whom we connected to.
    case origin

    /// The side opposite.
    public var other: TunnelSide { self == .client ? .origin : .client }
}
