/// What has become of logins since the start.
public struct LoginFigures: Sendable, Equatable {
    /// Users of the password file in force.
    public var users = 0
    /// Hashes computed for logins that were right, and for those that were wrong.
    public var verifiedRight: UInt64 = 0
    public var verifiedWrong: UInt64 = 0
    /// Requests that wait for a verification now.
    public var waiting = 0
    /// Changed files taken, and refused for what is wrong with them.
    public var reloads: UInt64 = 0
    public var refusedReloads: UInt64 = 0

    public init() {}
}
