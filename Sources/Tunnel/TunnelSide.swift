/// One end of a tunnel.
public enum TunnelSide: Sendable, Equatable {
    case client
    case origin

    public var other: TunnelSide { self == .client ? .origin : .client }
}
