/// Ports that are only opened by a rule that names them one by one: a range around them is not enough.
///
/// Mail (25, 465, 587), because an open proxy is found by spammers first; and 0, which is no port.
public enum GuardedPorts {
    /// Is `port` one of them?
    public static func contains(_ port: UInt16) -> Bool {
        switch port {
        case 0, 25, 465, 587: true
        default: false
        }
    }

    /// All of them.
    public static let all: [UInt16] = [0, 25, 465, 587]
}
