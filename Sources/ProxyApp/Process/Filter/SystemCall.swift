/// A machine that there is a table of system calls for.
enum SystemCallArchitecture: CaseIterable, Sendable {
    case amd64, arm64

    /// `AUDIT_ARCH_*`: the machine with its word size and byte order, as the kernel tells the filter.
    var auditNumber: UInt32 {
        switch self {
        case .amd64: 0xC000_003E
        case .arm64: 0xC000_00B7
        }
    }
}

/// A system call that the proxy makes once it runs, and why.
struct SystemCall: Sendable {
    /// When it is made at all.
    enum Need: Sendable, Equatable {
        /// With every configuration.
        case always
        /// Only where a unix socket is listened on.
        case unixListener
    }

    let name: String
    /// Nil where the machine has no such call, and libc makes another.
    let amd64: UInt32?
    let arm64: UInt32?
    let need: Need
    /// All of them must hold; none means that the call is allowed whatever its arguments, which the kernel then answers from
    /// a bitmap without running the filter.
    let conditions: [ArgumentCondition]
    /// What the caller gets when a condition does not hold.
    let refusal: CInt
    /// Who makes it, for people.
    let reason: String

    init(
        _ name: String, _ amd64: UInt32?, _ arm64: UInt32?, need: Need = .always,
        when conditions: [ArgumentCondition] = [], else refusal: CInt = 0, _ reason: String
    ) {
        self.name = name
        self.amd64 = amd64
        self.arm64 = arm64
        self.need = need
        self.conditions = conditions
        self.refusal = refusal
        self.reason = reason
    }

    /// Its number on a machine.
    func number(on architecture: SystemCallArchitecture) -> UInt32? {
        switch architecture {
        case .amd64: amd64
        case .arm64: arm64
        }
    }
}

/// What one argument of a system call must be.
struct ArgumentCondition: Sendable, Equatable {
    enum Half: Sendable { case low, high }

    /// 0...5.
    let argument: Int
    /// Arguments have 64 bits, the filter's words 32. What the kernel takes as an int lies in the low half alone.
    let half: Half
    /// Bits that are looked at.
    let mask: UInt32
    /// What they may be. Never empty.
    let allowed: [UInt32]
    /// The condition, for people, with `argument` called by its name in the manual.
    let text: String

    init(
        _ argument: Int, _ half: Half = .low, mask: UInt32 = .max, in allowed: [UInt32], _ text: String = ""
    ) {
        self.argument = argument
        self.half = half
        self.mask = mask
        self.allowed = allowed
        self.text = text
    }
}
