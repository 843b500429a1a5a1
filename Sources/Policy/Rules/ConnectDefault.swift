/// Which ports CONNECT may name while no rule says otherwise.
public enum ConnectDefault: Hashable, Sendable {
    /// What the proxy's ``Exposure`` allows: all while only its own machine reaches it, else 443.
    case byExposure
    /// All but ``GuardedPorts``.
    case any
    /// These; one of ``GuardedPorts`` only where it is listed by itself.
    case only(PortSet)

    /// May CONNECT name `port`?
    func allows(_ port: UInt16, _ exposure: Exposure) -> Bool { obstacle(port, exposure) == nil }

    /// What there is against `port`.
    func obstacle(_ port: UInt16, _ exposure: Exposure) -> AccessReason? {
        if case .only(let ports) = self { return ports.opens(port) ? nil : .connectPort }
        if GuardedPorts.contains(port) { return .guardedPort }
        return self == .any || exposure.allowsConnect(to: port) ? nil : .connectPort
    }
}
