/// The port of an authority such as `127.0.0.1:8080`; nil without one. The host is not looked at: origins are local.
public func portOfAuthority(_ authority: some StringProtocol) -> Int? {
    guard let colon = authority.lastIndex(of: ":") else { return nil }
    return Int(authority[authority.index(after: colon)...])
}
