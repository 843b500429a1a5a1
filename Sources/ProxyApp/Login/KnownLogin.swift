import Engine
import Policy

/// Somebody whose password was right, as the loops get to know it.
struct KnownLogin: Sendable, Equatable {
    let user: String
    let groups: Set<String>
    /// Until when it holds without another look, on the loops' clock.
    let untilMs: UInt64
    /// The version of the files that it holds for.
    let generation: UInt64
}

/// What comes of a login.
enum LoginAnswer: Sendable, Equatable {
    /// It was right.
    case accepted(KnownLogin)
    /// User or password was wrong.
    case wrong
    /// Too many were wrong from this address: none is looked at for so long.
    case paused(ms: UInt64)
    /// As many are being verified as may be.
    case busy
}

/// A request that waits for a verification: where it is to be answered, and what is to be checked again should the files
/// change meanwhile.
struct LoginWaiter: Sendable {
    let loop: EventLoop
    let step: LoopBound<LoginStep>
    /// By what the step knows it.
    let ticket: UInt64
    /// Nil on a unix socket.
    let address: IPAddress?
    let credentials: BasicCredentials
}
