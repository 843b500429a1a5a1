import CLinux

/// What the process may use.
public enum ProcessLimits {
    /// Raises the soft limit of open descriptors to the hard one, and returns the limit in force.
    public static func raiseDescriptorLimit() -> Int {
        let limit = clinux_raise_descriptor_limit()
        return limit > 0 ? Int(limit) : 1024
    }

    /// Cores that this process may run on.
    public static var coreCount: Int { Int(clinux_cpu_count()) }
}
