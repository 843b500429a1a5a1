/// Whether TCP may pace what it sends over the loopback interface.
///
/// Pacing spares the routers between two machines. Where there are none, what is left of it is a timer in the kernel for each
/// segment of a long transfer: docs/decisions/0002-no-pacing-on-loopback.md says what that costs.
public enum LoopbackPacing: String, Sendable, CaseIterable {
    /// It does not: where the system's congestion control paces, connections over loopback get Reno, which every kernel has.
    case off
    /// It does as the system's congestion control wants.
    case system
}
